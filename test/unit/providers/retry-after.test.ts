import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../shared/providers/request-json.ts';

const now = Date.UTC(2026, 10, 27, 12);
const hour = 3_600_000;

describe('Retry-After of a provider', () => {
  it.each([
    ['7', 7000],
    ['1.5', 1500],
    ['Fri, 27 Nov 2026 12:01:00 GMT', 60_000],
    ['Friday, 27-Nov-26 12:01:00 GMT', 60_000],
    ['Fri Nov 27 12:01:00 2026', 60_000],
  ])('is read in every HTTP form: %s', (text, ms) => {
    expect(retryAfterMs(new Headers({ 'retry-after': text }), now)).toBe(ms);
  });

  it.each(['31536000', '9'.repeat(400), 'Mon, 27 Nov 2056 12:00:00 GMT'])(
    'is honoured for six hours at most: %s',
    (text) => {
      expect(retryAfterMs(new Headers({ 'retry-after': text }), now)).toBe(6 * hour);
    },
  );

  it.each(['', 'soon', '-5', '0', 'Fri, 27 Nov 2026 11:00:00 GMT'])('is no pause when it names none: "%s"', (text) => {
    expect(retryAfterMs(new Headers({ 'retry-after': text }), now)).toBeUndefined();
  });
});
