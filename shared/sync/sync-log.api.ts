import * as z from 'zod';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { loggedTriggers, runOutcomes, type SyncLogEntry } from './sync-log-entry.ts';

/** A sync run in answers (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const calendarSyncOut = z.object({
  id: z.string(),
  trigger: z.enum(loggedTriggers),
  started_at: timeOut(),
  duration_ms: z.int(),
  provider_calls: z.int().nonnegative(),
  events_read: z.int().nonnegative(),
  created: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  deleted: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  drift: z.int().nonnegative(),
  outcome: z.enum(runOutcomes),
  error_code: z.string().nullable(),
});

export const showCalendarSync = (run: SyncLogEntry): z.output<typeof calendarSyncOut> =>
  calendarSyncOut.parse({ ...run, started_at: formatTimestamp(run.started_at) });

/** The answer to a request for a sync: it is queued, not done. */
export const requestedSyncOut = z.object({ calendar_id: idOut('cal'), status: z.literal('queued') });
