import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../shared/webhooks/parse-retry-after.ts';

describe('the header Retry-After', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');

  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 09:02:00 GMT', 120],
    ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
    [undefined, null],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['soon GMT', null],
    ['2026-11-21T09:02:00Z', null],
  ])('%j means %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});
