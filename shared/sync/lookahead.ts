import type { StoredEvent } from '../events/calendar-event.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { PlannedWrite } from './plan-changes.ts';
import { entersWindowAt, type WindowDays } from './sync-window.ts';

/** Prefetched events that the window has reached, and when it reaches the next one. */
export interface ReachedEvents {
  writes: PlannedWrite[];
  next: Timestamp | undefined;
}

/** When the window reaches the first prefetched event, after a listing, which reports all of them. */
export function lookaheadAfterListing(
  { stored, writes }: { stored: ReadonlyMap<string, StoredEvent>; writes: PlannedWrite[] },
  window: WindowDays,
): Timestamp | undefined {
  const written = new Set(writes.map(({ id }) => id));
  const kept = [...stored.values()].filter((row) => row.is_upcoming && !written.has(row.id));
  return firstEntry([...kept.map((row) => row.start_time), ...prefetchedStarts(writes)], window);
}

/** The same after a delta: an event it prefetches may come before the one that was next so far. */
export const lookaheadAfterDelta = (
  next: Timestamp | undefined,
  writes: PlannedWrite[],
  window: WindowDays,
): Timestamp | undefined => earlier(next, firstEntry(prefetchedStarts(writes), window));

const prefetchedStarts = (writes: PlannedWrite[]): Timestamp[] =>
  writes.flatMap((write) => (write.type === 'prefetched' ? [write.content.start_time] : []));

const firstEntry = (starts: Timestamp[], window: WindowDays): Timestamp | undefined => {
  const first = starts.toSorted()[0];
  return first && entersWindowAt(first, window);
};

const earlier = (a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
