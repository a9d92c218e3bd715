import * as z from 'zod';
import { storedTimestamp } from '../store/stored-values.ts';

/** What asked for a run (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const loggedTriggers = ['push', 'create', 'patch', 'schedule', 'manual', 'lifecycle'] as const;
export const runOutcomes = ['ok', 'retry', 'disconnected', 'failed'] as const;

/** One run of the sync. */
export const syncLogEntrySchema = z.object({
  id: z.string(),
  trigger: z.enum(loggedTriggers),
  started_at: storedTimestamp,
  duration_ms: z.number(),
  /** Requests to the provider, those for tokens and channels included. */
  provider_calls: z.number(),
  /** Events the provider delivered, changed or not. */
  events_read: z.number(),
  created: z.number(),
  changed: z.number(),
  deleted: z.number(),
  /** Events that could not be read. */
  skipped: z.number(),
  /** Rows that a listing of the whole window corrected although no change reported them. */
  drift: z.number(),
  outcome: z.enum(runOutcomes),
  /** The provider's code of the failure. */
  error_code: z.string().nullable(),
});
export type SyncLogEntry = z.output<typeof syncLogEntrySchema>;

/** What a run did to events. */
export type RunCounts = Pick<SyncLogEntry, 'events_read' | 'created' | 'changed' | 'deleted' | 'skipped' | 'drift'>;

export const noCounts: RunCounts = { events_read: 0, created: 0, changed: 0, deleted: 0, skipped: 0, drift: 0 };
