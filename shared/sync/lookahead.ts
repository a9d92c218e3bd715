import type { StoredEvent } from '../events/calendar-event.ts';
import { readUpcomingEvents } from '../events/event-store.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { windowOf } from './listing-due.ts';
import type { PlannedWrite } from './plan-changes.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { entersWindowAt, syncWindowAt } from './sync-window.ts';

/**
 * The events that the window has reached since they were stored ahead of it, to be created as they are. The provider is
 * not asked: had they changed, it would have told.
 *
 * @returns the writes, and when the next event is reached
 */
export async function revealEvents(
  deps: SyncDeps,
  { calendar }: SyncRun,
): Promise<{ writes: PlannedWrite[]; next: Timestamp | undefined }> {
  const days = windowOf(deps, calendar);
  const { end } = syncWindowAt(deps.clock.now(), days);
  const { reached, next } = await readUpcomingEvents(deps.table, calendar.project_id, calendar.id, end);
  return {
    writes: reached.map((event) => ({ type: 'created', ...event })),
    next: next === null ? undefined : entersWindowAt(next, days),
  };
}

/** When the window reaches the first event that stays ahead of it, after a listing has shown all there are. */
export function nextRevealAfterListing(
  deps: SyncDeps,
  { calendar }: SyncRun,
  { stored, writes }: { stored: ReadonlyMap<string, StoredEvent>; writes: PlannedWrite[] },
): Timestamp | undefined {
  const written = new Set(writes.map(({ id }) => id));
  const kept = [...stored.values()].filter((row) => row.is_upcoming && !written.has(row.id));
  return firstReveal(deps, calendar, [...kept.map((row) => row.start_time), ...heldStarts(writes)]);
}

/** The same after a delta: what it holds anew may come before what was next so far. */
export const nextRevealAfterDelta = (
  deps: SyncDeps,
  { calendar, sync }: SyncRun,
  writes: PlannedWrite[],
): Timestamp | undefined => earlier(sync.reveal_at, firstReveal(deps, calendar, heldStarts(writes)));

const heldStarts = (writes: PlannedWrite[]): Timestamp[] =>
  writes.flatMap((write) => (write.type === 'held' ? [write.content.start_time] : []));

const firstReveal = (deps: SyncDeps, calendar: SyncRun['calendar'], starts: Timestamp[]): Timestamp | undefined => {
  const first = starts.sort()[0];
  return first && entersWindowAt(first, windowOf(deps, calendar));
};

const earlier = (a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
