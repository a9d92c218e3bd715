import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { type Notification, notificationSchema, notificationSource } from './notification.ts';

/** A notification as EventBridge hands it to a queue; of its envelope only what is read. */
const notificationMessageSchema = z
  .object({ source: z.literal(notificationSource), detail: notificationSchema })
  .transform(({ detail }) => detail);

/** @returns null when the text is no notification of ours */
export const parseNotificationMessage = (text: string): Notification | null =>
  parseMessage(notificationMessageSchema, text);
