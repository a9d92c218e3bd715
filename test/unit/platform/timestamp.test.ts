import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMicros,
  formatTimestamp,
  isTimestamp,
  millisOf,
  parseProviderTime,
  parseTimestamp,
  type Timestamp,
  timestampOf,
} from '../../../shared/platform/timestamp.ts';
import { storedTimestamp } from '../../../shared/store/stored-values.ts';

/** Any microsecond of the years 0001 to 9999. */
const instants = fc
  .tuple(
    fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([millis, micros]) => ({ millis, micros, timestamp: timestampOf(millis, micros) }));

const microsOf = (timestamp: Timestamp): bigint =>
  BigInt(Date.parse(`${timestamp.slice(0, 19)}Z`)) * 1000n + BigInt(timestamp.slice(20, 26));

describe('reading times', () => {
  it.each([
    ['2026-11-21T09:30:00Z', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21 09:30:00Z', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21T09:30Z', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21T09:30', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000000Z'],
    ['2026-11-21T09:30:00', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21T09:30:00+02:00', '2026-11-21T07:30:00.000000Z'],
    ['2026-11-21T09:30:00-0530', '2026-11-21T15:00:00.000000Z'],
    ['2026-11-21T23:30-00:45', '2026-11-22T00:15:00.000000Z'],
    ['2026-01-01T00:15:00+00:30', '2025-12-31T23:45:00.000000Z'],
    ['2026-11-21T09:30:00.5Z', '2026-11-21T09:30:00.500000Z'],
    ['2026-11-21T09:30:00.000001Z', '2026-11-21T09:30:00.000001Z'],
    ['2026-11-21T09:30:00.1234567Z', '2026-11-21T09:30:00.123456Z'],
    ['2026-11-21T09:30:00.9999999999999Z', '2026-11-21T09:30:00.999999Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
    // As databases print them.
    ['2026-11-21 09:30:00+00', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21 09:30:00.25-05', '2026-11-21T14:30:00.250000Z'],
    ['2026-11-21 09:30:00 +02:00', '2026-11-21T07:30:00.000000Z'],
    ['2026-11-21 09:30:00 -0530', '2026-11-21T15:00:00.000000Z'],
    ['2026-11-21T09:30:00 Z', '2026-11-21T09:30:00.000000Z'],
    ['2026-11-21t09:30:00z', '2026-11-21T09:30:00.000000Z'],
    ['2026-1-2T3:04:5Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-1-2', '2026-01-02T00:00:00.000000Z'],
    ['2026-1-2 3:4', '2026-01-02T03:04:00.000000Z'],
    // A plus sign that was not escaped in a query.
    ['2026-11-21T09:30:00 02:00', '2026-11-21T07:30:00.000000Z'],
    ['2026-11-21T09:30:00 0200', '2026-11-21T07:30:00.000000Z'],
    ['2026-11-21T09:30:00.5 00', '2026-11-21T09:30:00.500000Z'],
    ['2026-11-21 09:30:00  02:00', '2026-11-21T07:30:00.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    // A leap second.
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000000Z'],
    ['2017-01-01T05:29:60.5+05:30', '2017-01-01T00:00:00.500000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['0099-06-01', '0099-06-01T00:00:00.000000Z'],
  ])('takes %s', (text, expected) => expect(parseTimestamp(text)).toBe(expected));

  it.each([
    '',
    ' ',
    'apple',
    '2026',
    '2026-11',
    '20261121',
    '2026-11-21T',
    '2026-11-21T09',
    '2026-11-21T09:30:00.Z',
    '2026-11-21T09:30:00  Z',
    '2026-11-21T09:30:00+2',
    '2026-11-21T09:30:00   02:00',
    '2026-11-21T09:30:00 02:',
    '2026-11-21T09:30:00+24:00',
    '2026-11-21T09:30:00+02:60',
    '2026-11-21T24:00:00Z',
    '2026-11-21T09:60:00Z',
    '2026-11-21T09:30:60Z',
    '2026-11-21T23:59:60+01:00',
    '2026-11-21T23:59:61Z',
    '2026-00-21',
    '2026-13-01',
    '2026-11-00',
    '2026-11-31',
    '2025-02-29',
    '1900-02-29',
    '0000-01-01',
    '10000-01-01',
    '-2026-11-21',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-11-21T09:30:00Z\n',
    '\u0662026-11-21',
    '2026-11-21T09:30:00Z\0',
  ])('refuses %j', (text) => expect(parseTimestamp(text)).toBeNull());

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.{0,12}$/)), (text) => {
        const read = parseTimestamp(text);
        expect(read === null || read.length === 27).toBe(true);
      }),
    );
  });

  it('reads the texts that it writes, with a fraction or without', () => {
    fc.assert(
      fc.property(instants, ({ timestamp }) => {
        expect(parseTimestamp(timestamp)).toBe(timestamp);
        expect(parseTimestamp(formatTimestamp(timestamp))).toBe(timestamp);
      }),
    );
  });

  it('reads the same instant in whatever zone it is written', () => {
    const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(instants, offsets, fc.constantFrom(':', ''), fc.constantFrom('T', ' '), (at, offset, colon, gap) => {
        const local = at.millis + offset * 60_000;
        fc.pre(local >= Date.parse('0001-01-01T00:00:00Z') && local <= Date.parse('9999-12-31T23:59:59.999Z'));
        const pad = (value: number): string => String(value).padStart(2, '0');
        const size = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`;
        const text = timestampOf(local, at.micros).replace('T', gap).replace('Z', zone);
        expect(parseTimestamp(text)).toBe(at.timestamp);
      }),
    );
  });
});

describe('writing times', () => {
  it('shows six digits, or none when the fraction is zero', () => {
    expect(formatTimestamp(timestampOf(0))).toBe('1970-01-01T00:00:00Z');
    expect(formatTimestamp(timestampOf(0, 1))).toBe('1970-01-01T00:00:00.000001Z');
    expect(formatTimestamp(timestampOf(100))).toBe('1970-01-01T00:00:00.100000Z');
    expect(formatTimestamp(timestampOf(-1, 999))).toBe('1969-12-31T23:59:59.999999Z');
  });

  it('returns 27 characters that parse back to themselves for every microsecond', () => {
    fc.assert(
      fc.property(instants, ({ timestamp }) => {
        expect(timestamp).toHaveLength(27);
        expect(parseTimestamp(timestamp)).toBe(timestamp);
        expect(isTimestamp(timestamp)).toBe(true);
      }),
    );
  });

  it('either returns a readable timestamp or throws a RangeError, for every pair of numbers', () => {
    const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(-0, 1.5, 8.64e15));
    fc.assert(
      fc.property(anyNumber, anyNumber, (millis, micros) => {
        let written: string;
        try {
          written = timestampOf(millis, micros);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(written).toHaveLength(27);
        expect(parseTimestamp(written)).toBe(written);
        expect(millisOf(written as Timestamp) - millis).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['half a millisecond', 1.5, 0],
    ['half a microsecond', 1, 0.5],
    ['1000 microseconds', 1, 1000],
    ['a negative microsecond', 1, -1],
    ['not a number', Number.NaN, 0],
    ['infinity', Number.POSITIVE_INFINITY, 0],
    ['the last instant of Date', 8.64e15, 0],
    ['the first instant of Date', -8.64e15, 0],
    ['the year 0', Date.parse('0000-12-31T23:59:59.999Z'), 999],
    ['the year -1', Date.parse('-000001-01-01'), 0],
    ['the year 10000', Date.parse('+010000-01-01T00:00:00Z'), 0],
  ])('refuses %s', (_, millis, micros) => expect(() => timestampOf(millis, micros)).toThrow(RangeError));
});

describe('stored times', () => {
  it.each([
    '2026-11-21T09:30:00Z',
    '2026-11-21T09:30:00.000Z',
    '2026-11-21T09:30:00.0015000Z',
    '2026-11-21T09:30:00.000000',
    '2026-11-21 09:30:00.000000Z',
    '2026-11-21T09:30:00.000000+00:00',
    '2026-11-21T24:00:00.000000Z',
    '2026-02-29T00:00:00.000000Z',
    '0000-01-01T00:00:00.000000Z',
    '',
    0,
    null,
    undefined,
  ])('are not %j', (value) => {
    expect(isTimestamp(value)).toBe(false);
    expect(storedTimestamp.safeParse(value).success).toBe(false);
  });

  it('are exactly what timestampOf returns', () => {
    fc.assert(
      fc.property(instants, ({ timestamp }) => {
        expect(storedTimestamp.parse(timestamp)).toBe(timestamp);
      }),
    );
  });
});

describe('the order of times', () => {
  it('is that of their instants', () => {
    fc.assert(
      fc.property(instants, instants, ({ timestamp: a }, { timestamp: b }) => {
        const difference = microsOf(a) - microsOf(b);
        expect(a < b).toBe(difference < 0n);
        expect(a === b).toBe(difference === 0n);
      }),
    );
  });

  it('adds microseconds across seconds, also before 1970', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 5_000_000 }), ({ timestamp }, micros) => {
        fc.pre(timestamp < '9999-12-31T23:59:50');
        expect(microsOf(addMicros(timestamp, micros))).toBe(microsOf(timestamp) + BigInt(micros));
      }),
    );
  });

  it('has the millisecond of each instant', () => {
    fc.assert(
      fc.property(instants, ({ timestamp, millis }) => {
        expect(millisOf(timestamp)).toBe(millis);
      }),
    );
  });
});

describe('a time of a provider', () => {
  it.each([
    ['9999-12-31T23:59:59-05:00', '9999-12-31T23:59:59.999999Z'],
    ['0001-01-01T00:00:00+05:00', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59+05:00', '9999-12-31T18:59:59.000000Z'],
    ['10000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'],
  ])('%s is stored as %s', (text, stored) => {
    expect(parseProviderTime(text)).toBe(stored);
  });

  it('is refused when it is no time at all', () => {
    expect(['', 'soon', '2026-02-30T00:00:00Z'].map(parseProviderTime)).toEqual([null, null, null]);
  });
});
