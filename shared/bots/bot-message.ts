import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { tickScanSchema, ticksSchema } from '../ticks/tick-message.ts';

/**
 * Names a bot. The worker finds out what is due for it, so messages may come late, early and twice.
 * `deferrals`: how often in a row its project had no room for it.
 */
const botMessageSchema = z.object({
  kind: z.literal('bot').default('bot'),
  bot_id: z.string(),
  deferrals: z.number().int().min(0).default(0),
  project_id: z.string(),
});

/**
 * Names a calendar whose connection has changed. The worker reads the connection as it is now, so messages may come late,
 * out of order and twice.
 */
export const calendarMessageSchema = z.object({
  kind: z.literal('calendar'),
  calendar_id: idOf('cal'),
  project_id: z.string(),
});

/** A message of the bot queue. */
export const botQueueMessageSchema = z.union([calendarMessageSchema, tickScanSchema, ticksSchema, botMessageSchema]);
export type BotQueueMessage = z.output<typeof botQueueMessageSchema>;
