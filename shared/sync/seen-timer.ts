import type { Timestamp } from '../platform/timestamp.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { SyncState } from './sync-state.ts';

/**
 * The timer of a calendar as a run knows it. While the run works, a PATCH may set it, and the dispatcher may claim it.
 * The run must not put it off.
 */
export interface SeenTimer {
  /** As the run has loaded it. */
  readonly loaded: Timestamp | undefined;
  /** As it is stored. */
  stored: Timestamp | undefined;
  /** What others have set it to meanwhile. */
  others?: Timestamp;
}

export const seenTimer = ({ due_at: dueAt }: Pick<SyncState, 'due_at'>): SeenTimer => ({
  loaded: dueAt,
  stored: dueAt,
});

/** A write of this state was refused. @returns true when only the timer differs, so that the write can be repeated */
export function seeTimer(timer: SeenTimer, version: number, present: Record<string, unknown>): boolean {
  if (present['version'] !== version) return false;
  timer.stored = storedTimestamp.optional().parse(present['due_at']);
  if (timer.stored !== undefined) timer.others = timer.stored;
  return true;
}

/** The state with the timer to store: what the run has decided, or what others have set if that comes earlier. */
export function withSeenTimer<State extends Pick<SyncState, 'due_at'>>(state: State, timer: SeenTimer): State {
  const { due_at: decided } = state;
  const { loaded, others } = timer;
  if (others === undefined) return state;
  const isDecided = decided !== undefined && decided !== loaded;
  return { ...state, due_at: isDecided && decided < others ? decided : others };
}
