import type { EventBridgeClient } from '../platform/aws/event-bridge-client.ts';
import { type Notification, notificationSource, notificationVersion } from './notification.ts';

export interface NotificationBus {
  /** @throws when the bus did not take the notification */
  publish(notification: Notification): Promise<void>;
  /**
   * Publishes up to ten notifications in one request.
   *
   * @returns for each the code of the bus's refusal, or null @throws when the bus took none of them
   */
  publishAll(notifications: Notification[]): Promise<(string | null)[]>;
}

export function createNotificationBus(bus: EventBridgeClient, busName: string): NotificationBus {
  const publishAll: NotificationBus['publishAll'] = async (notifications) => {
    const put = await bus.putEvents(
      notifications.map((notification) => ({
        EventBusName: busName,
        Source: notificationSource,
        DetailType: notification.payload.trigger,
        Detail: JSON.stringify({ version: notificationVersion, ...notification }),
      })),
    );
    // What has no event id was not taken.
    return notifications.map((_, index) => {
      const { EventId, ErrorCode = 'unknown' } = put[index] ?? {};
      return EventId === undefined ? ErrorCode : null;
    });
  };
  return {
    publishAll,
    publish: async (notification) => {
      const [refusal] = await publishAll([notification]);
      if (refusal) throw new Error(`the bus refused a notification: ${refusal}`);
    },
  };
}
