import { describe, expect, it } from 'vitest';
import { readLimit } from '../../../shared/http/limit-parameter.ts';

const read = (query: string): number => readLimit(new URLSearchParams(query), 25);

describe('the query parameter limit', () => {
  it.each([
    ['', 25],
    ['limit=1', 1],
    ['limit=100', 100],
    ['limit=7&limit=8', 8],
    ['limit=007', 7],
  ])('of ?%s is %i', (query, limit) => expect(read(query)).toBe(limit));

  it.each(['0', '101', '-1', '1.5', '1e1', '', ' 5', '५', 'all', '9999999'])('is refused as %j', (text) => {
    const message = 'Invalid limit. Use a whole number from 1 to 100';
    expect(() => read(`limit=${encodeURIComponent(text)}`)).toThrow(message);
  });
});
