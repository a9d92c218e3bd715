import * as z from 'zod';
import { idOf } from '../../platform/ids.ts';
import { calendarEventSchema } from '../calendar-event.ts';

/**
 * An entry of the change feed (docs/api-compatibility.md#freshness-health-and-the-change-feed): what happened to an event,
 * and the event as it was right after.
 */
export const eventChangeSchema = z.object({
  type: z.enum(['created', 'changed', 'deleted']),
  /** Empty for a created event. */
  changed_fields: z.array(z.string()),
  event: calendarEventSchema,
});
export type EventChange = z.output<typeof eventChangeSchema>;

/**
 * Only the bots of an event have changed. The entry names the event, and its reader adds the event as it is then: the
 * writers of bots are no commits of the calendar, so an event that they have read may be older than an entry before theirs.
 */
export const botsChangeSchema = z.object({ bots_of: z.object({ calendar_id: idOf('cal'), id: idOf('evt') }) });
export type BotsChange = z.output<typeof botsChangeSchema>;
