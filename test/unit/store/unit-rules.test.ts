import { describe, expect, it } from 'vitest';
import { itemBytes } from '../../support/item-bytes.ts';
import { type IndexShape, indexWriteUnits, readUnits, rowWriteUnits } from '../../support/unit-rules.ts';

const row = (more: Record<string, unknown> = {}) => ({ PK: 'p', SK: 's', ...more });
/** A row of exactly so many bytes. */
const rowOf = (bytes: number, more: Record<string, unknown> = {}) => {
  const own = row(more);
  return { ...own, x: 'a'.repeat(bytes - itemBytes(own) - 1) };
};
const index = (copies: IndexShape['copies']): IndexShape => ({ name: 'by-time', keys: ['PK', 'time'], copies });

describe('the bytes of a row', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['text in UTF-8, with the names', { PK: 'é', SK: 'ab' }, 2 + 2 + 2 + 2],
    ['bytes as they are', { b: new Uint8Array(10) }, 11],
    ['numbers by two digits', { n: 1234 }, 1 + 2 + 1],
    ['numbers without their zeros', { n: 1_200_000 }, 1 + 1 + 1],
    ['negative numbers', { n: -1.5 }, 1 + 1 + 1 + 1],
    ['truth and nothing', { t: true, z: null }, 4],
    ['sets without overhead', { s: new Set(['ab', 'c']) }, 4],
    ['lists and maps with overhead', { l: ['a'], m: { k: 'v' } }, 1 + 3 + 2 + (1 + 3 + 3)],
    ['no undefined values', { PK: 'a', u: undefined }, 3],
  ])('counts %s', (_what, item, bytes) => {
    expect(itemBytes(item)).toBe(bytes);
  });
});

describe('a write of a row', () => {
  it.each([
    [null, rowOf(1024), 1],
    [null, rowOf(1025), 2],
    [rowOf(3000), rowOf(100), 3],
    [rowOf(100), rowOf(3000), 3],
    [rowOf(2048), null, 2],
    [null, null, 1],
  ])('costs a unit for each kilobyte of the larger state', (before, after, units) => {
    expect(rowWriteUnits(before, after)).toBe(units);
  });
});

describe('a write costs an index', () => {
  const timed = (time: string, more = {}) => row({ time, ...more });

  it('nothing when the row is not in it, or when nothing in it changes', () => {
    expect(indexWriteUnits(null, row(), index([]))).toBe(0);
    expect(indexWriteUnits(timed('1', { other: 1 }), timed('1', { other: 2 }), index([]))).toBe(0);
    expect(
      indexWriteUnits(timed('1', { s: new Set(['a', 'b']) }), timed('1', { s: new Set(['b', 'a']) }), index(['s'])),
    ).toBe(0);
  });

  it('one unit when an entry comes or goes', () => {
    expect(indexWriteUnits(null, timed('1'), index([]))).toBe(1);
    expect(indexWriteUnits(row(), timed('1'), index([]))).toBe(1);
    expect(indexWriteUnits(timed('1'), null, index([]))).toBe(1);
    expect(indexWriteUnits(timed('1'), row(), index([]))).toBe(1);
  });

  it('a deletion and a put when its key changes', () => {
    expect(indexWriteUnits(timed('1'), timed('2'), index([]))).toBe(2);
    expect(indexWriteUnits(rowOf(1500, { time: '1' }), rowOf(2500, { time: '2' }), index('ALL'))).toBe(2 + 3);
    expect(indexWriteUnits(rowOf(1500, { time: '1' }), rowOf(2500, { time: '2' }), index([]))).toBe(2);
  });

  it('one update when a copied attribute changes, by its larger state', () => {
    expect(indexWriteUnits(timed('1', { other: 1 }), timed('1', { other: 2 }), index(['other']))).toBe(1);
    expect(indexWriteUnits(rowOf(2500, { time: '1' }), rowOf(100, { time: '1' }), index(['x']))).toBe(3);
  });
});

describe('a read', () => {
  it('costs a unit for four kilobytes when it is consistent, and half of one when it is not', () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, false))).toEqual([0.5, 0.5, 1]);
  });
});
