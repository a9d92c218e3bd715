import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { isPushed } from './push-channel.ts';
import type { SyncRun } from './sync-run.ts';
import type { PushState, SyncState } from './sync-state.ts';

/** Would a change have been pushed and synced before this run? Only if a channel was live and the last run succeeded. */
export const canAssessPush = (
  { request, calendar }: Pick<SyncRun, 'request' | 'calendar'>,
  sync: SyncState,
  now: Timestamp,
): boolean =>
  request.trigger === 'schedule' &&
  calendar.state === 'connected' &&
  isPushed(sync.push, now) &&
  sync.last_attempted_sync_at === sync.last_successful_sync_at;

/** What a scheduled run has found. */
export interface Findings {
  kind: 'listing' | 'delta';
  /** Changes that the provider reported, and how many of them should have been pushed by now. */
  reported: number;
  unpushed: number;
}

export interface PushAssessment {
  silent_since: Timestamp | undefined;
  /** The channel is to be replaced. */
  replaces: boolean;
}

/**
 * A scheduled run that finds changes which should have been pushed shows that the channel is silent. The calendar is
 * polled from then on, until a notification comes through, or no change was found for `pushProbation`. The channel is
 * replaced at once, and again by each daily listing that finds it still silent.
 *
 * @param now milliseconds since the epoch
 */
export function assessPush(
  { silent_since: since }: Pick<PushState, 'silent_since'>,
  { kind, reported, unpushed }: Findings,
  now: number,
): PushAssessment {
  const at = timestampOf(now);
  if (since === undefined) {
    return unpushed === 0 ? { silent_since: undefined, replaces: false } : { silent_since: at, replaces: true };
  }
  if (reported > 0) return { silent_since: at, replaces: kind === 'listing' };
  const isOver = since < timestampOf(now - syncTimingMs.pushProbation);
  return { silent_since: isOver ? undefined : since, replaces: false };
}
