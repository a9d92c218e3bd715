import { millisOf } from '../platform/timestamp.ts';
import type { RunCounts, SyncLogEntry } from './sync-log-entry.ts';
import { extendLog, runPosition, runsBeside } from './sync-log-store.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/**
 * So many runs wait in the sync state, which costs no further write, until the log is written for another reason: a run that
 * changes something notes there what is sent. With more of them the state of a usual calendar would exceed a kilobyte.
 */
const mostInState = 4;

const dayMs = 86_400_000;

/** When a row of the log expires that is written now, in seconds since the epoch. */
export const logExpiry = (now: number, { logDays }: Pick<SyncDeps['retention'], 'logDays'>): number =>
  Math.floor((now + logDays * dayMs) / 1000);

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

/** The runs of the state with this one added, to be stored with the run's last write. */
export async function recordRun(
  { table, clock, retention }: SyncDeps,
  run: SyncRun,
  { version, runs }: Pick<SyncState, 'version' | 'runs'>,
  result: RunResult,
): Promise<SyncLogEntry[]> {
  const now = clock.now();
  const entry = entryOf(run, result, now);
  const waiting = runsBeside(run.log, runs);
  if (waiting.length < mostInState) return [...waiting, entry];
  const expiresAt = logExpiry(now, retention);
  await extendLog(
    table,
    run.calendar.id,
    run.log,
    { version, runs: waiting, sent: [] },
    { position: runPosition(entry), expiresAt },
  );
  return [entry];
}
