import * as z from 'zod';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { loggedTriggers, runOutcomes, type SyncLogEntry } from './sync-log-entry.ts';

/** A run of a calendar's sync (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const calendarSyncOut = z.object({
  id: z.string(),
  trigger: z.enum(loggedTriggers),
  started_at: timeOut(),
  duration_ms: z.number(),
  provider_calls: z.number(),
  events_read: z.number(),
  created: z.number(),
  changed: z.number(),
  deleted: z.number(),
  skipped: z.number().meta({ description: 'Events that could not be read' }),
  drift: z.number().meta({ description: 'Rows the daily audit had to correct; expected is 0' }),
  outcome: z.enum(runOutcomes),
  error_code: z.string().nullable().meta({ description: 'The provider’s word for what went wrong' }),
});

export const showCalendarSync = (run: SyncLogEntry): z.output<typeof calendarSyncOut> => ({
  ...run,
  started_at: formatTimestamp(run.started_at),
});

/** The answer to a request for a sync: it has been asked for, not done. */
export const requestedSyncOut = z.object({ calendar_id: z.string(), status: z.literal('queued') });
