import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../local/runner/compile-event-pattern.ts';

const event = {
  source: 'kalends',
  'detail-type': 'calendar.events_update',
  detail: { state: 'connected', count: 5, tags: ['a', 'b'], nested: { id: 'cal_1' }, none: null },
};
const matches = (pattern: unknown): boolean => compileEventPattern(pattern)(event);

describe('event patterns', () => {
  it.each([
    [{ source: ['kalends'] }],
    [{ source: ['other', 'kalends'] }],
    [{ 'detail-type': [{ prefix: 'calendar.' }] }],
    [{ 'detail-type': [{ suffix: '_update' }] }],
    [{ source: [{ 'equals-ignore-case': 'KALENDS' }] }],
    [{ source: [{ 'anything-but': ['a', 'b'] }] }],
    [{ source: [{ 'anything-but': { prefix: 'aws.' } }] }],
    [{ detail: { missing: [{ exists: false }], state: [{ exists: true }] } }],
    [{ detail: { absent: { deeper: [{ exists: false }] } } }],
    [{ detail: { count: [{ numeric: ['>', 4, '<=', 5] }] } }],
    [{ detail: { count: [5], none: [null] } }],
    [{ detail: { tags: ['b'] } }],
    [{ detail: { nested: { id: [{ prefix: 'cal_' }] } } }],
    [{}],
  ])('matches %j', (pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each([
    [{ source: ['kalend'] }],
    [{ source: [] }],
    [{ 'detail-type': [{ prefix: 'bot.' }] }],
    [{ source: [{ 'anything-but': 'kalends' }] }],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }],
    [{ source: [{ 'anything-but': { prefix: 'kal' } }] }],
    [{ detail: { state: [{ exists: false }] } }],
    [{ detail: { count: [{ numeric: ['>', 5] }] } }],
    [{ detail: { count: ['5'] } }],
    [{ detail: { tags: ['c'] } }],
    [{ detail: { nested: { id: ['cal_2'] } } }],
    [{ source: ['kalends'], detail: { state: ['disconnected'] } }],
  ])('does not match %j', (pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it.each([
    [{ source: [{ wildcard: 'k*' }] }],
    [{ $or: [{ source: ['a'] }] }],
    [{ source: 'kalends' }],
    [{ a: [{ numeric: ['~', 1] }] }],
  ])('refuses %j, which it cannot judge', (pattern) => {
    expect(() => compileEventPattern(pattern)).toThrow('local mode does not know');
  });

  it('matches an event against the pattern of its own values', () => {
    const flat = fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()));
    fc.assert(
      fc.property(flat, (detail) => {
        const pattern = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, [value]]));
        expect(compileEventPattern({ detail: pattern })({ detail })).toBe(true);
      }),
    );
  });
});
