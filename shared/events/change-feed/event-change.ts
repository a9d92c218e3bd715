import * as z from 'zod';
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
