import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../shared/platform/ids.ts';
import { lookaheadAfterDelta, lookaheadAfterListing } from '../../../shared/sync/lookahead.ts';
import type { PlannedWrite } from '../../../shared/sync/plan-changes.ts';
import { createEventContent } from '../../support/event-content.ts';
import { at, day, days, hour, second } from './sync-fixtures.ts';

/** An event that begins some hours after the window's end. */
const prefetched = (id: EventId, hours: number): PlannedWrite => ({
  type: 'prefetched',
  id,
  content: createEventContent({ start_time: at(28 * day + hours * hour), end_time: at(29 * day + hours * hour) }),
  content_hash: id,
});
const stored = (id: EventId, hours: number) => ({
  id,
  content_hash: id,
  is_deleted: false,
  series_id: null,
  start_time: at(28 * day + hours * hour),
  end_time: at(29 * day + hours * hour),
  is_upcoming: true,
});
const entry = (hours: number) => at(hours * hour + second);

describe('The next lookahead after a listing', () => {
  const after = (rows: ReturnType<typeof stored>[], writes: PlannedWrite[]) =>
    lookaheadAfterListing({ stored: new Map(rows.map((row) => [row.id, row])), writes }, days);

  it('is when the window reaches the first prefetched event, stored or new', () => {
    expect(after([stored('evt_a', 3), stored('evt_b', 2)], [prefetched('evt_c', 4)])).toBe(entry(2));
    expect(after([stored('evt_a', 3)], [prefetched('evt_c', 1)])).toBe(entry(1));
  });

  it('does not wait for a stored event that the listing has moved or dropped', () => {
    expect(
      after([stored('evt_a', 1), stored('evt_b', 2)], [prefetched('evt_a', 5), { type: 'dropped', id: 'evt_b' }]),
    ).toBe(entry(5));
  });

  it('is absent when no event is prefetched', () => {
    expect(after([], [])).toBeUndefined();
  });
});

describe('The next lookahead after a delta', () => {
  it('comes earlier for an event that is reached earlier, and never later', () => {
    expect(lookaheadAfterDelta(entry(3), [prefetched('evt_a', 2)], days)).toBe(entry(2));
    expect(lookaheadAfterDelta(entry(3), [prefetched('evt_a', 4)], days)).toBe(entry(3));
    expect(lookaheadAfterDelta(undefined, [prefetched('evt_a', 4)], days)).toBe(entry(4));
    expect(lookaheadAfterDelta(undefined, [], days)).toBeUndefined();
  });
});
