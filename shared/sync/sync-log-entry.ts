import type { Timestamp } from '../platform/timestamp.ts';

/** What asks for a sync, as the sync log names it (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const loggedTriggers = ['push', 'create', 'patch', 'schedule', 'manual', 'lifecycle'] as const;
export const runOutcomes = ['ok', 'retry', 'disconnected', 'failed'] as const;

/** One run of the sync, as it went. */
export interface SyncLogEntry {
  id: string;
  trigger: (typeof loggedTriggers)[number];
  started_at: Timestamp;
  duration_ms: number;
  /** Requests to the provider, for tokens and channels too. */
  provider_calls: number;
  /** What the provider delivered, whether it differed or not. */
  events_read: number;
  created: number;
  changed: number;
  deleted: number;
  /** Events that could not be read. */
  skipped: number;
  /** Rows that a listing of the whole window had to correct, though no change told of them. */
  drift: number;
  outcome: (typeof runOutcomes)[number];
  /** The provider's word for what went wrong. */
  error_code: string | null;
}
