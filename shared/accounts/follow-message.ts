import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';

/** What is followed: all mailboxes of an organization, or the calendars of an account. */
const followMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('organization'), project_id: z.string(), organization_id: z.string() }),
  z.object({ kind: z.literal('account'), project_id: z.string(), account_id: z.string() }),
]);
export type FollowMessage = z.output<typeof followMessageSchema>;

/** @returns null when the text is no message of the queue */
export const parseFollowMessage = (text: string): FollowMessage | null => parseMessage(followMessageSchema, text);
