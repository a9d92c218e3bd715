import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../shared/webhooks/parse-retry-after.ts';

describe('the header Retry-After', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');

  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['1.5', 2],
    ['120.', 120],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['2026-11-21T09:02:00Z', 120],
    ['2026-11-21T10:02:00+01:00', 120],
    ['Sat, 21 Nov 2026 09:02:00 GMT', 120],
    ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
    ['Saturday, 21-Nov-26 09:02:00 GMT', 120],
    ['Sat Nov 21 09:02:00 2026', 120],
    ['Sun Nov  1 09:02:00 2026', 0],
    ['Fri Jan  1 09:00:00 2027', 41 * 86_400],
    ['sat, 21 nov 2026 09:02:00 gmt', 120],
    ['Sat, 21 Nov 2026 09:02:00 UTC', 120],
    ['Sat, 21 Nov 2026 09:02:00 +0000', 120],
    ['Sat, 21 Nov 2026 10:02:00 +0100', 120],
    ['Sat, 21 Nov 2026 03:32:00 -0530', 120],
    ['21 Nov 2026 9:02:00 GMT', 120],
    // Two digits: at most 50 years ahead.
    ['Wednesday, 21-Nov-76 09:00:00 GMT', (Date.parse('2076-11-21T09:00:00Z') - now) / 1000],
    ['Monday, 21-Nov-77 09:00:00 GMT', 0],
    [undefined, null],
    ['', null],
    ['-5', null],
    ['soon', null],
    ['soon GMT', null],
    ['Sat, 21 Nob 2026 09:02:00 GMT', null],
    ['Sat, 21 Nov 2026 25:02:00 GMT', null],
    ['Sat, 32 Nov 2026 09:02:00 GMT', null],
    ['120 s', null],
    ['1e3', null],
    ['+5', null],
    ['.5', null],
    ['٥', null],
    ['Sat, 21 Nov 2026 09:02:00', null],
    ['Sat, 21 Nov 2026 09:02:00 EST', null],
  ])('%j means %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});
