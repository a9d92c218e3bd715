import { millisOf } from '../platform/timestamp.ts';
import type { RunCounts, SyncLogEntry } from './sync-log-entry.ts';
import { commitsBeside, extendLog, runPosition, runsBeside } from './sync-log-store.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/**
 * So many runs wait in the sync state, which costs no further write, until the log is written for another reason: a run that
 * changes something notes there what is sent. With more of them the state of a usual calendar would exceed a kilobyte.
 */
const mostInState = 4;

/** After a first sync of many commits their times leave the state with the next run. */
const commitsInState = 10;

const dayMs = 86_400_000;

/**
 * When a row of the log expires that is written now, in seconds since the epoch: not before the changes, whose list it is,
 * have expired.
 */
export const logExpiry = (now: number, { logDays }: Pick<SyncDeps['retention'], 'logDays'>): number =>
  Math.floor((now + (logDays + 1) * dayMs) / 1000);

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
  { version, runs, commits = [] }: Pick<SyncState, 'version' | 'runs' | 'commits'>,
  result: RunResult,
): Promise<Pick<SyncState, 'runs' | 'commits'>> {
  const now = clock.now();
  const entry = entryOf(run, result, now);
  const waiting = { runs: runsBeside(run.log, runs), commits: commitsBeside(run.log, commits) };
  if (waiting.runs.length < mostInState && waiting.commits.length <= commitsInState) {
    return { runs: [...waiting.runs, entry], commits: waiting.commits.length > 0 ? waiting.commits : undefined };
  }
  const at = { position: runPosition(entry), expiresAt: logExpiry(now, retention) };
  await extendLog(table, run.calendar.id, run.log, { version, ...waiting, sent: [] }, at);
  return { runs: [entry], commits: undefined };
}
