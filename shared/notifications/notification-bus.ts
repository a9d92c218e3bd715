import type { EventBridgeClient } from '../platform/aws/event-bridge-client.ts';
import { repeatRefused } from '../platform/repeat-refused.ts';
import { type Notification, notificationSource, notificationVersion } from './notification.ts';

export interface NotificationBus {
  /** @throws when the bus did not take the notification */
  publish(notification: Notification): Promise<void>;
  /**
   * Publishes up to ten notifications in one request, and those again that the bus did not take for a moment.
   *
   * @returns for each the code of the bus's refusal, or null @throws when the bus took none of them
   */
  publishAll(notifications: Notification[]): Promise<(string | null)[]>;
}

/** Refusals that pass (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html). */
const passing = new Set(['ThrottlingException', 'InternalFailure', 'InternalException', 'unknown']);

export function createNotificationBus(bus: EventBridgeClient, busName: string): NotificationBus {
  const publishAll: NotificationBus['publishAll'] = async (notifications) => {
    const refused = await repeatRefused(notifications, async (parts) => {
      const put = await bus.putEvents(
        parts.map((notification) => ({
          EventBusName: busName,
          Source: notificationSource,
          DetailType: notification.payload.trigger,
          Detail: JSON.stringify({ version: notificationVersion, ...notification }),
        })),
      );
      // What has no event id was not taken.
      return parts.flatMap((part, index) => {
        const { EventId, ErrorCode = 'unknown' } = put[index] ?? {};
        return EventId === undefined ? [{ part, code: ErrorCode, mayRepeat: passing.has(ErrorCode) }] : [];
      });
    });
    return notifications.map((notification) => refused.find(({ part }) => part === notification)?.code ?? null);
  };
  return {
    publishAll,
    publish: async (notification) => {
      const [refusal] = await publishAll([notification]);
      if (refusal) throw new Error(`the bus refused a notification: ${refusal}`);
    },
  };
}
