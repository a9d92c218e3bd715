import { describe, expect, it } from 'vitest';
import { entersWindowAt, isAhead, overlaps, syncWindowAt } from '../../../shared/sync/sync-window.ts';
import { at, day, days, hour, now, second } from './sync-fixtures.ts';

const window = syncWindowAt(now + 700, days);
const event = (start: number, end: number) => ({ start_time: at(start), end_time: at(end) });

describe('The window of a calendar', () => {
  it('spans its days around the present, on whole seconds', () => {
    expect(window).toEqual({ start: at(-day), end: at(28 * day), horizon: at(29.5 * day) });
  });

  it('contains an event that overlaps it, and no event that only touches it', () => {
    expect(overlaps(event(-day - hour, -day + second), window)).toBe(true);
    expect(overlaps(event(-day - hour, -day), window)).toBe(false);
    expect(overlaps(event(28 * day - second, 28 * day + hour), window)).toBe(true);
    expect(overlaps(event(28 * day, 28 * day + hour), window)).toBe(false);
  });

  it('has ahead of it only what it will reach within the lookahead', () => {
    expect(isAhead(event(28 * day, 28 * day + hour), window)).toBe(true);
    expect(isAhead(event(29.5 * day, 30 * day), window)).toBe(false);
    expect(isAhead(event(hour, 2 * hour), window)).toBe(false);
    expect(isAhead(event(-3 * day, -2 * day), window)).toBe(false);
  });

  it('overlaps an event from the second at which it is said to enter', () => {
    const later = event(28 * day + hour, 28 * day + 2 * hour);
    const entry = entersWindowAt(later.start_time, days);
    expect(entry).toBe(at(hour + second));
    expect(overlaps(later, syncWindowAt(now + hour + second, days))).toBe(true);
    expect(overlaps(later, syncWindowAt(now + hour, days))).toBe(false);
  });
});
