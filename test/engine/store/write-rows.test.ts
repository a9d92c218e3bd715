import { beforeAll, describe, expect, it } from 'vitest';
import { randomSuffix } from '../../../shared/platform/ids.ts';
import { absent, all, atLeast, equals, exists, sizeBelow } from '../../../shared/store/expression.ts';
import { queryRows } from '../../../shared/store/query-rows.ts';
import type { RowKey } from '../../../shared/store/row.ts';
import type { Table } from '../../../shared/store/table.ts';
import { transact } from '../../../shared/store/transaction.ts';
import { deleteRow, putRow, updateRow } from '../../../shared/store/write-row.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});

const newPartition = (): string => `TEST#${randomSuffix()}`;
const newKey = (): RowKey => ({ PK: newPartition(), SK: 'a' });

describe('a single write', () => {
  it('reports whether its condition held', async () => {
    const key = newKey();
    expect(await putRow(table, { ...key, state: 'one' }, absent())).toBe(true);
    expect(await putRow(table, { ...key, state: 'two' }, absent())).toBe(false);
    expect(await deleteRow(table, key, equals('state', 'two'))).toBe(false);
    expect(await queryRows(table, key.PK)).toEqual([{ ...key, state: 'one' }]);
    expect(await deleteRow(table, key)).toBe(true);
    expect(await queryRows(table, key.PK)).toEqual([]);
  });

  it('changes a row in every way an update knows, reserved words included', async () => {
    const key = newKey();
    await putRow(table, { ...key, count: 1, names: new Set(['a', 'b']), size: 9, first: 'kept' });
    const { done, row } = await updateRow(table, key, {
      set: { state: 'new', unset: undefined },
      setOnce: { first: 'late', second: 'now' },
      add: { count: 2 },
      take: { names: new Set(['a']) },
      remove: ['size'],
      when: all(exists(), sizeBelow('names', 3), atLeast('count', 1)),
    });
    expect(done).toBe(true);
    expect(row).toEqual({ ...key, state: 'new', first: 'kept', second: 'now', count: 3, names: new Set(['b']) });
  });

  it('returns the row as it is when its condition does not hold', async () => {
    const key = newKey();
    const change = { set: { state: 'new' }, when: equals('state', 'old') };
    expect(await updateRow(table, key, change)).toEqual({ done: false, row: {} });
    await putRow(table, { ...key, state: 'other', names: new Set(['a']) });
    const refused = { done: false, row: { ...key, state: 'other', names: new Set(['a']) } };
    expect(await updateRow(table, key, change)).toEqual(refused);
  });

  it('counts every one of twenty changes made at once', async () => {
    const key = newKey();
    await Promise.all(Array.from({ length: 20 }, () => updateRow(table, key, { add: { count: 1 } })));
    expect(await queryRows(table, key.PK)).toEqual([{ ...key, count: 20 }]);
  });
});

describe('a transaction', () => {
  it('writes all its items', async () => {
    const PK = newPartition();
    await putRow(table, { PK, SK: 'changed', count: 1 });
    await putRow(table, { PK, SK: 'deleted' });
    const refused = await transact(table, {
      put: { put: { PK, SK: 'put' }, when: absent() },
      changed: { update: { PK, SK: 'changed' }, change: { add: { count: 1 } } },
      deleted: { delete: { PK, SK: 'deleted' }, when: exists() },
      checked: { check: { PK, SK: 'absent' }, when: absent() },
      left: undefined,
    });
    expect(refused).toEqual([]);
    expect(await queryRows(table, PK)).toEqual([
      { PK, SK: 'changed', count: 2 },
      { PK, SK: 'put' },
    ]);
  });

  it('writes nothing and names each item whose condition does not hold', async () => {
    const PK = newPartition();
    const refused = await transact(table, {
      first: { put: { PK, SK: 'a' }, when: absent() },
      second: { update: { PK, SK: 'b' }, change: { set: { state: 'x' }, when: exists() } },
      third: { check: { PK, SK: 'c' }, when: exists() },
    });
    expect(refused).toEqual(['second', 'third']);
    expect(await queryRows(table, PK)).toEqual([]);
  });

  it('makes no request without items, and throws what is not a refusal', async () => {
    const unreachable: Table = { name: 'none', client: table.client };
    expect(await transact(unreachable, { nothing: undefined })).toEqual([]);
    await expect(transact(unreachable, { one: { put: { ...newKey() } } })).rejects.toThrow(/table/i);
  });

  it('is made again while others hold its row, until all of ten at once are written', async () => {
    const key = newKey();
    const count = { update: key, change: { add: { count: 1 } } };
    expect(await Promise.all(Array.from({ length: 10 }, () => transact(table, { count })))).toEqual(
      Array.from({ length: 10 }, () => []),
    );
    expect(await queryRows(table, key.PK)).toEqual([{ ...key, count: 10 }]);
  });
});
