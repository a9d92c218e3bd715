import { describe, expect, it } from 'vitest';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { isListingDue, nextListingAt, windowOf } from '../../../shared/sync/listing-due.ts';
import { syncWindowAt } from '../../../shared/sync/sync-window.ts';
import { at, calendarId, day, days, hour, now, syncedState } from './sync-fixtures.ts';

const span = syncWindowAt(now, days);
const present = { span, days, now };
const { reading } = syncedState;
const listedBefore = (age: number) => ({ reading, listing: { at: at(-age), window: '1/28', until: at(29 * day) } });

describe('A listing', () => {
  it('is due for a scheduled run after 22.5 hours, and for no push', () => {
    expect(isListingDue(listedBefore(22.4 * hour), 'schedule', present)).toBe(false);
    expect(isListingDue(listedBefore(22.6 * hour), 'schedule', present)).toBe(true);
    expect(isListingDue(listedBefore(22.6 * hour), 'push', present)).toBe(false);
  });

  it('is due for every run of a calendar that was never listed', () => {
    expect(isListingDue({ reading, listing: undefined }, 'push', present)).toBe(true);
  });

  it('is due when the last one did not reach the end of the present window', () => {
    const short = { reading, listing: { ...listedBefore(hour).listing, until: at(28 * day - 1) } };
    expect(isListingDue(short, 'push', present)).toBe(true);
  });

  it('is due when the window of the calendar was changed', () => {
    expect(isListingDue(syncedState, 'patch', { ...present, days: { pastDays: 2, futureDays: 28 } })).toBe(true);
  });

  it('is due again less than a day later, at the same time of each calendar’s own', () => {
    const next = millisOf(nextListingAt(calendarId, at(0))) - now;
    expect(next).toBeGreaterThanOrEqual(22.5 * hour);
    expect(next).toBeLessThan(day);
    const others = ['cal_B', 'cal_C', 'cal_D'].map((id) => millisOf(nextListingAt(id, at(0))) - now);
    expect(new Set([next, ...others]).size).toBe(4);
  });
});

describe('The window of a calendar', () => {
  it('is its own in each part that it sets, and else the deployment’s', () => {
    expect(windowOf(days, { sync_window: null })).toEqual(days);
    expect(windowOf(days, { sync_window: { future_days: 0.5 } })).toEqual({ pastDays: 1, futureDays: 0.5 });
    expect(windowOf(days, { sync_window: { past_days: 0 } })).toEqual({ pastDays: 0, futureDays: 28 });
  });
});
