import { millisOf } from '../platform/timestamp.ts';
import type { RunCounts, SyncLogEntry } from './sync-log-entry.ts';
import { insertRuns } from './sync-log-store.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/**
 * So many runs stay in the sync state, which costs no further write. Then they move to a row of the log. With more of them
 * the state of a usual calendar would exceed a kilobyte, and every write of it would cost another unit.
 */
const runsInState = 3;

/** After a first sync of many commits their times leave the state with the next run. */
const commitsInState = 10;

const dayMs = 86_400_000;

/** How a run went. */
export interface RunResult {
  outcome: SyncLogEntry['outcome'];
  counts: RunCounts;
  /** The provider's code of the failure. */
  errorCode?: string;
}

/** Looks were planned, like what a timer asks for. A purge is not a run of the sync and has no entry. */
const loggedAs = (trigger: SyncMessage['trigger']): SyncLogEntry['trigger'] =>
  trigger === 'delete' || trigger === 'look' || trigger === 'hand_off' ? 'schedule' : trigger;

/** A run's entry in the sync log. @param now milliseconds since the epoch */
const entryOf = (
  { id, request, began, requests }: Pick<SyncRun, 'id' | 'request' | 'began' | 'requests'>,
  { outcome, counts, errorCode }: RunResult,
  now: number,
): SyncLogEntry => ({
  id,
  trigger: loggedAs(request.trigger),
  started_at: began,
  duration_ms: Math.max(0, now - millisOf(began)),
  provider_calls: requests.requests,
  ...counts,
  outcome,
  error_code: errorCode ?? null,
});

/** What the state has of the sync log, with this run added, to be stored with the run's last write. */
export async function recordRun(
  { table, clock, retention }: SyncDeps,
  run: SyncRun,
  { runs, commits = [] }: LoggedInState,
  result: RunResult,
): Promise<LoggedInState> {
  const now = clock.now();
  const entry = entryOf(run, result, now);
  const [first, ...others] = runs;
  const isFull = runs.length >= runsInState || commits.length > commitsInState;
  if (!first || !isFull) return { runs: [...runs, entry], ...(commits.length > 0 && { commits }) };
  // Not before the changes, whose list it is, have expired.
  const expires_at = Math.floor((now + (retention.logDays + 1) * dayMs) / 1000);
  await insertRuns(table, run.calendar.id, { runs: [first, ...others], commits, expires_at });
  return { runs: [entry], commits: undefined };
}

type LoggedInState = Pick<SyncState, 'runs' | 'commits'>;
