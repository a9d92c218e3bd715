import { millisOf } from '../platform/timestamp.ts';
import { timerTimingMs } from '../platform/timing.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';

/** Asks for a look that the timer would make too late. If the message is lost, the timer makes it. */
export async function requestLook(
  deps: SyncDeps,
  { calendar }: SyncRun,
  { before, after }: Record<'before' | 'after', Pick<SyncState, 'looks'>>,
): Promise<void> {
  const { next_at: nextAt } = after.looks;
  if (nextAt === undefined || nextAt === before.looks.next_at) return;
  if (millisOf(nextAt) > deps.clock.now() + timerTimingMs.dispatchInterval) return;
  const message = { calendar_id: calendar.id, trigger: 'look' as const, look_at: millisOf(nextAt) };
  try {
    await deps.queues[calendar.platform].sendLook(message);
  } catch (error) {
    deps.logger.warn('look not requested', { calendar_id: calendar.id, error: error as Error });
  }
}
