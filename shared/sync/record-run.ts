import { millisOf } from '../platform/timestamp.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { insertRuns } from './sync-log-store.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** So many runs stay in the sync state, where they cost no write of their own; then they move out, in one request. */
const runsInState = 10;

const dayMs = 86_400_000;

/**
 * The run's entry in the sync log, with those before it: to be stored with the run's last write.
 *
 * @param errorCode the provider's word for what went wrong
 */
export async function logRun(
  { table, clock, retention }: SyncDeps,
  { calendar, sync, request, id, began, tally: { requests, ...counts } }: SyncRun,
  outcome: SyncLogEntry['outcome'],
  errorCode: string | null = null,
): Promise<SyncLogEntry[]> {
  const entry: SyncLogEntry = {
    id,
    // A purge is no run of a sync.
    trigger: request.trigger === 'delete' ? 'schedule' : request.trigger,
    started_at: began,
    duration_ms: Math.max(0, clock.now() - millisOf(began)),
    provider_calls: requests,
    ...counts,
    outcome,
    error_code: errorCode,
  };
  const former = sync.runs ?? [];
  if (former.length < runsInState) return [...former, entry];
  const expiresAt = Math.floor((clock.now() + retention.logDays * dayMs) / 1000);
  await insertRuns(table, calendar.id, former, expiresAt);
  return [entry];
}
