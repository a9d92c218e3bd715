import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../shared/events/calendar-event.ts';
import { eventIdOf } from '../../../shared/platform/ids.ts';
import { allChanges, compareChanges, type ReadCalendar } from '../../../shared/sync/compare-changes.ts';
import { decideLookahead, decideSync } from '../../../shared/sync/decide-sync.ts';
import type { ReachedEvents } from '../../../shared/sync/lookahead.ts';
import { nextDue } from '../../../shared/sync/next-due.ts';
import { planChanges } from '../../../shared/sync/plan-changes.ts';
import { syncWindowAt } from '../../../shared/sync/sync-window.ts';
import { createEventContent } from '../../support/event-content.ts';
import { at, calendarId, day, days, hour, liveChannel, minute, now, syncedState } from './sync-fixtures.ts';

const provider = { syncShape: 'shape', modifiedField: 'updated', volatile: [] };
const context = {
  trigger: 'push' as const,
  calendarId,
  calendarVersion: at(-day),
  window: days,
  provider,
  sentAt: now - minute,
  now,
};

/** An event that begins in some hours, and was changed at the provider some milliseconds ago. */
const reported = (uuid: string, hours: number, age = minute) => ({
  kind: 'event' as const,
  event: createEventContent({
    platform_uuid: uuid,
    start_time: at(hours * hour),
    end_time: at((hours + 1) * hour),
    raw: { updated: at(-age) },
  }),
});
const read = (
  kind: 'listing' | 'delta',
  changes: ReadCalendar['set']['changes'] = [],
  delta: ReadCalendar['delta'] = null,
): ReadCalendar => {
  const [stored, span, confirmed] = [new Map<string, StoredEvent>(), syncWindowAt(now, days), []];
  const set = {
    kind,
    changes,
    syncToken: 'next',
    timeZone: 'UTC',
    skipped: 0,
    skippedSeries: [],
    isIncomplete: false,
  };
  const all = allChanges({ set, delta, confirmed });
  const plan = planChanges({ calendarId, changes: all, stored, window: span, kind, volatile: [] });
  return {
    startedAt: at(-1),
    set,
    delta,
    stored,
    rows: new Map(),
    span,
    confirmed,
    plan,
    reading: syncedState.reading,
  };
};
const compare = (given: ReadCalendar, state = syncedState) =>
  compareChanges(given, { calendarId, state, days, provider, now });
const decide = (given: ReadCalendar, state = syncedState, reached: ReachedEvents | null = null) =>
  decideSync(state, { read: given, comparison: compare(given, state), reached }, context);

describe('A comparison', () => {
  it('counts a change as unpushed once its notification should have come', () => {
    const { reported: seen, unpushed } = compare(
      read('delta', [reported('old', 2, 2 * minute), reported('new', 3, 1)]),
    );
    expect([seen.length, unpushed]).toEqual([2, 1]);
  });

  it('counts as drift what a listing corrects and no change reports', () => {
    expect(compare(read('listing', [reported('lost', 2)], [])).drift).toBe(1);
    expect(compare(read('listing', [reported('found', 2)], [reported('found', 2)])).drift).toBe(0);
  });

  it('counts no drift where the last listing did not look, or looked at another window', () => {
    expect(compare(read('listing', [reported('reached', 29.6 * 24)], [])).drift).toBe(0);
    const other = { ...syncedState, listing: { at: at(-day), window: '1/7', until: at(29 * day) } };
    expect(compare(read('listing', [reported('lost', 2)], []), other).drift).toBe(0);
  });
});

describe('A run that has read a delta', () => {
  it('stores where the next one begins, and that messages sent before it are served', () => {
    const { state, writes } = decide(read('delta'), { ...syncedState, not_before: at(hour) });
    expect(writes).toEqual([]);
    expect(state.sync_token).toEqual({ value: 'next', shape: 'shape', time_zone: 'UTC' });
    expect([state.last_served_at, state.not_before]).toEqual([at(-1), undefined]);
    expect(state.listing).toEqual(syncedState.listing);
    expect(state.due_at).toBe(nextDue(calendarId, state, now));
  });

  it('measures its lag from the last change at the provider, or from the message', () => {
    const { state } = decide(read('delta', [reported('a', 2, 5 * minute), reported('b', 3, 3 * minute)]));
    expect(state.last_change_lag_ms).toBe(3 * minute);
    const untimed = {
      ...reported('c', 2),
      event: createEventContent({ start_time: at(hour), end_time: at(2 * hour) }),
    };
    expect(decide(read('delta', [untimed])).state.last_change_lag_ms).toBe(minute);
  });

  it('writes an event once that the window has reached and the provider has changed', () => {
    const change = reported('a', 2);
    const id = eventIdOf(calendarId, 'a');
    const stale = { type: 'created' as const, id, content: change.event, content_hash: 'stale' };
    const other = { ...stale, id: eventIdOf(calendarId, 'b') };
    const { writes } = decide(read('delta', [change]), syncedState, { writes: [stale, other], next: at(hour) });
    expect(writes.map((write) => write.id)).toEqual([other.id, id]);
    expect(writes[1]).not.toMatchObject({ content_hash: 'stale' });
  });
});

describe('A run that has listed the window', () => {
  it('stores of which window the listing was, and how far it looked', () => {
    expect(decide(read('listing')).state.listing).toEqual({ at: at(-1), window: '1/28', until: at(29.5 * day) });
  });

  it('lets the next run ask again for pushes that were not supported, unless it is the first listing', () => {
    const refusal = { code: 'unsupported', count: 1, retry_at: at(hour), unsupported_address: 'https://here' };
    const state = { ...syncedState, push: { channel: liveChannel, refusal } };
    expect(decide(read('listing'), state).state.push.refusal).toEqual({ ...refusal, unsupported_address: undefined });
    expect(decide(read('listing'), { ...state, listing: undefined }).state.push.refusal).toEqual(refusal);
  });
});

describe('A run that only creates reached events', () => {
  it('changes nothing in the state but the next lookahead and the timer', () => {
    const { state, writes } = decideLookahead(syncedState, { writes: [], next: at(minute) }, context);
    expect(writes).toEqual([]);
    expect(state).toEqual({ ...syncedState, lookahead_due_at: at(minute), due_at: at(minute) });
  });
});
