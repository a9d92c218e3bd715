import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countFitting, pageBytes, sentBytes } from '../../../shared/platform/sent-bytes.ts';

it('counts JSON text as it is sent: as a JSON string', () => {
  fc.assert(
    fc.property(fc.record({ text: fc.string({ unit: 'binary' }), list: fc.array(fc.string()) }), (value) => {
      const text = JSON.stringify(value);
      expect(sentBytes(text)).toBe(Buffer.byteLength(JSON.stringify(text)) - 2 + 200);
    }),
  );
});

it('a page ends before the row that would exceed the limit of an answer, and has one row at least', () => {
  expect(countFitting(Array(7).fill(1_000_000))).toBe(pageBytes / 1_000_000);
  expect(countFitting([pageBytes + 1, 1])).toBe(1);
  expect(countFitting([])).toBe(0);
});
