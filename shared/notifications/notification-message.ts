import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { millisOf, parseTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { type Notification, notificationSchema, notificationSource, type WebhookPayload } from './notification.ts';

/** A notification as a queue brings it, with its time. */
export interface NotificationMessage extends Notification {
  /** The same whenever the notification comes again, also when it is published again. */
  at: Timestamp;
}

const envelopeTime = z
  .string()
  .transform(parseTimestamp)
  .pipe(z.custom<Timestamp>((time) => time !== null));

/** A notification as EventBridge hands it to a queue; of its envelope only what is read. */
const notificationMessageSchema = z
  .object({ source: z.literal(notificationSource), time: envelopeTime, detail: notificationSchema })
  .transform(({ time, detail }): NotificationMessage => ({ ...detail, at: timeOf(detail.payload, time) }));

/** @returns null when the text is no notification of ours */
export const parseNotificationMessage = (text: string): NotificationMessage | null =>
  parseMessage(notificationMessageSchema, text);

/**
 * The time of what happened, as the payload states it: of the first change, of the bot's event, or of the sync.
 * EventBridge's own time differs when a notification is published again, and counts only where the payload has none, or
 * a runner has stated one that cannot be.
 */
function timeOf({ data }: WebhookPayload, publishedAt: Timestamp): Timestamp {
  const stated = data.since ?? data.created_at ?? data.last_attempted_sync_at;
  const time = typeof stated === 'string' ? parseTimestamp(stated) : null;
  if (!time) return publishedAt;
  const age = millisOf(publishedAt) - millisOf(time);
  return age <= webhookTimingMs.oldestNotification && -age <= webhookTimingMs.notificationSkew ? time : publishedAt;
}
