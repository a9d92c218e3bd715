import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutRaw } from '../../../shared/domain/cut-raw.ts';

it('leaves an event of usual size as it is', () => {
  const raw = { id: 'a', description: 'x'.repeat(8192) };
  expect(cutRaw(raw)).toBe(raw);
});

it('cuts the longest texts first and keeps the rest', () => {
  const cut = cutRaw({
    id: 'a',
    summary: 'kept',
    description: 'x'.repeat(1_000_000),
    attendees: [{ email: 'a@example.com' }],
  });
  expect(cut).toMatchObject({ id: 'a', summary: 'kept', attendees: [{ email: 'a@example.com' }] });
  expect(JSON.stringify(cut).length).toBeLessThan(200_001);
});

it('keeps at least the short fields of an event that is large everywhere', () => {
  const attendees = Array.from({ length: 20_000 }, (_, index) => ({ email: `guest-${index}@example.com` }));
  expect(cutRaw({ id: 'a', summary: 'kept', attendees })).toEqual({ id: 'a', summary: 'kept' });
});

it('never exceeds its limit and never refuses', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(400_000), (raw, size) => {
      const cut = cutRaw({ ...raw, big: ['y'.repeat(size), { deep: 'z'.repeat(size) }] });
      expect(JSON.stringify(cut).length).toBeLessThanOrEqual(200_000);
    }),
    { numRuns: 50 },
  );
});
