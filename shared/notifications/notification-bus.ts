import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Notification, notificationSource, notificationVersion } from './notification.ts';

export interface NotificationBus {
  /** @throws when the bus did not take the notification */
  publish(notification: Notification): Promise<void>;
}

export function createNotificationBus(client: Pick<EventBridgeClient, 'send'>, busName: string): NotificationBus {
  return {
    publish: async (notification) => {
      const { FailedEntryCount, Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: notificationSource,
              DetailType: notification.payload.trigger,
              Detail: JSON.stringify({ version: notificationVersion, ...notification }),
            },
          ],
        }),
      );
      if (FailedEntryCount) throw new Error(`the bus refused a notification: ${Entries?.[0]?.ErrorCode ?? 'unknown'}`);
    },
  };
}
