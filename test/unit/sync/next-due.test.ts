import { describe, expect, it } from 'vitest';
import { nextListingAt } from '../../../shared/sync/listing-due.ts';
import { nextDue } from '../../../shared/sync/next-due.ts';
import { at, calendarId, hour, liveChannel, minute, now, syncedState } from './sync-fixtures.ts';

const dueAt = (state: Partial<typeof syncedState>) => nextDue(calendarId, { ...syncedState, ...state }, now);
const poll = at(5 * minute);

describe('The timer of a calendar', () => {
  it('is due at the next listing while changes are pushed', () => {
    expect(dueAt({})).toBe(nextListingAt(calendarId, at(-hour)));
  });

  it('is due at the renewal of the channel when that comes before the listing', () => {
    expect(dueAt({ push: { channel: { ...liveChannel, renew_at: at(2 * hour) } } })).toBe(at(2 * hour));
  });

  it('is due at the next poll when the renewal is overdue', () => {
    expect(dueAt({ push: { channel: { ...liveChannel, renew_at: at(-hour) } } })).toBe(poll);
    const { renew_at: _renewAt, ...channel } = liveChannel;
    expect(dueAt({ push: { channel } })).toBe(poll);
  });

  it.each([
    ['without a channel', { channel: { kind: 'none' as const } }],
    ['with an expired channel', { channel: { ...liveChannel, expires_at: at(-1) } }],
    ['with a silent channel', { channel: liveChannel, silent_since: at(-hour) }],
  ])('is due at the next poll %s', (_name, push) => {
    expect(dueAt({ push })).toBe(poll);
  });

  it('is due when the window reaches the next prefetched event', () => {
    expect(dueAt({ lookahead_due_at: at(minute) })).toBe(at(minute));
  });
});
