import * as z from 'zod';
import type { Bot } from '../../bots/bot.ts';
import { idOut } from '../../http/response-fields.ts';
import { calendarEventOut, showCalendarEvent } from '../calendar-event.api.ts';
import type { ExcludedKeys } from '../event-query.api.ts';
import type { ListedChange } from './list-calendar-changes.ts';

/** An entry of the change feed (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const calendarChangeOut = z.object({
  change_id: idOut('chg'),
  type: z.enum(['created', 'changed', 'deleted']),
  /** Later versions may have more fields. */
  changed_fields: z.array(z.string().meta({ 'x-extensible-enum': Object.keys(calendarEventOut.shape) })),
  event: calendarEventOut,
});

export const calendarChangesOut = z.object({
  results: z.array(calendarChangeOut),
  next_cursor: z.string(),
  has_more: z.boolean(),
});

export const showCalendarChange = (
  { change_id, type, changed_fields, event }: ListedChange,
  bots: Bot[],
  excluded: ExcludedKeys,
): z.output<typeof calendarChangeOut> => ({
  change_id,
  type,
  changed_fields,
  event: showCalendarEvent({ ...event, bots }, excluded),
});
