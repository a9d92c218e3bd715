import { readUpcomingEvents } from '../events/stored-event-store.ts';
import type { ReachedEvents } from './lookahead.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { entersWindowAt, syncWindowAt } from './sync-window.ts';

/**
 * Reads the prefetched events that the window has reached. They are created as they are stored: had they changed, the
 * provider would have reported it.
 */
export async function readReachedEvents(
  { table, clock }: Pick<SyncDeps, 'table' | 'clock'>,
  { calendar, window }: Pick<SyncRun, 'calendar' | 'window'>,
): Promise<ReachedEvents> {
  const { end } = syncWindowAt(clock.now(), window);
  const { reached, next } = await readUpcomingEvents(table, calendar.project_id, calendar.id, end);
  return {
    writes: reached.map((event) => ({ type: 'created', ...event })),
    next: next === null ? undefined : entersWindowAt(next, window),
  };
}
