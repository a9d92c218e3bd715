import * as z from 'zod';
import { timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { loggedTriggers, runOutcomes, type SyncLogEntry } from './sync-log-entry.ts';

/** A sync run in answers (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
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
  drift: z
    .number()
    .meta({ description: 'Events that the daily listing corrected although no change was reported; 0 is expected' }),
  outcome: z.enum(runOutcomes),
  error_code: z.string().nullable().meta({ description: 'The error code of the provider' }),
});

export const showCalendarSync = (run: SyncLogEntry): z.output<typeof calendarSyncOut> =>
  calendarSyncOut.parse({ ...run, started_at: formatTimestamp(run.started_at) });

/** The answer to a request for a sync: it is queued, not done. */
export const requestedSyncOut = z.object({ calendar_id: z.string(), status: z.literal('queued') });
