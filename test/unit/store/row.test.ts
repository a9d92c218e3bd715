import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { defineRow, rowKinds, UnreadableRow } from '../../../shared/store/row.ts';
import {
  gzippedJson,
  jsonText,
  orderText,
  storedOrder,
  storedTimestamp,
  timeOfOrder,
} from '../../../shared/store/stored-values.ts';
import { anyText } from '../../support/any-text.ts';

const schema = z.object({
  name: z.string(),
  created_at: storedTimestamp,
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  content: gzippedJson(z.object({ words: z.array(z.string()) })),
  /** Added later. */
  color: z.string().default('none'),
  retired_at: storedTimestamp.optional(),
});
const row = defineRow('thing', 3, schema);
// It is no kind of the table, so it has no stored row (`stored-rows.test.ts`).
rowKinds.delete('thing');
const value: z.output<typeof schema> = {
  name: 'a',
  created_at: timestampOf(0),
  metadata: { key: 'value' },
  content: { words: ['one', 'two'] },
  color: 'red',
};
const key = { PK: 'THING#1', SK: 'THING' };

describe('a kind of row', () => {
  it('reads what it writes, with the version of its format', () => {
    const written = row.write(value);
    expect(written).toMatchObject({ v: 3, metadata: '{"key":"value"}', content: expect.any(Uint8Array) });
    expect(row.read({ ...key, ...written })).toEqual(value);
  });

  it('reads rows without the fields that were added later', () => {
    const { color: _, v: __, ...old } = row.write(value);
    expect(row.read({ ...key, ...old })).toEqual({ ...value, color: 'none' });
  });

  it('writes the attributes of some fields, and none that are undefined or absent', () => {
    const written = row.writeFields({ metadata: { a: 'b' }, name: undefined });
    expect(Object.entries(written).filter(([, attribute]) => attribute !== undefined)).toEqual([
      ['metadata', '{"a":"b"}'],
    ]);
    expect(row.writeFields({ metadata: null })).toEqual({ metadata: null });
    expect(row.writeFields({})).toEqual({});
  });

  it('comes back as it was, lone surrogates included', () => {
    // zod leaves out the key `__proto__`, in requests too.
    const keys = fc.string().filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(keys, anyText()), (metadata) => {
        const lone = { ...metadata, lone: '\uD800' };
        expect(row.read(row.write({ ...value, metadata: lone })).metadata).toEqual(lone);
      }),
    );
  });

  it('refuses a row with an error that names key and fields, but no value', () => {
    const broken = { ...key, ...row.write(value), name: 7, created_at: 'secret', metadata: '{secret' };
    expect(() => row.read(broken)).toThrow(UnreadableRow);
    expect(() => row.read(broken)).toThrow(/^thing row THING#1 THING: name: .*; created_at: .*; metadata: not JSON$/);
    expect(() => row.read(broken)).not.toThrow(/secret/);
    expect(() => row.read(undefined)).toThrow(UnreadableRow);
  });
});

describe('the sort attribute of an ordered index', () => {
  it('holds time and id, and sorts by time first', () => {
    const order = orderText(timestampOf(1), 'evt_1');
    expect(storedOrder.parse(order)).toBe(order);
    expect(timeOfOrder(order)).toBe(timestampOf(1));
    expect(orderText(timestampOf(1), 'z') < orderText(timestampOf(2), 'a')).toBe(true);
  });

  it.each(['', '#', '1970-01-01T00:00:00Z#a', '1970-01-01T00:00:00.000000Z', '1970-01-01T00:00:00.0000000Z#a'])(
    'is not %j',
    (text) => expect(storedOrder.safeParse(text).success).toBe(false),
  );
});
