import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { getAllRows } from '../../shared/store/batch-get.ts';
import type { RowKey } from '../../shared/store/row.ts';
import type { Table } from '../../shared/store/table.ts';
import { interceptTable } from './intercept-table.ts';
import { itemBytes } from './item-bytes.ts';
import { kindOf } from './record-table-calls.ts';
import { type IndexShape, indexEntry, indexWriteUnits, readUnits, rowWriteUnits, timesCharged } from './unit-rules.ts';

type Row = Record<string, unknown>;

/** What one row of a request costs in the table or in an index. */
export interface UnitEntry {
  /** Number of the request. */
  request: number;
  /** As in docs/data-model.md: operation, and kinds of partition and sort key. */
  pattern: string;
  index: string | null;
  writes: number;
  reads: number;
}

export interface Units {
  writes: number;
  reads: number;
  requests: number;
}

export interface UnitMeter {
  /** The same table. Its requests are counted. */
  table: Table;
  /** Units and requests since the beginning, or since `reset`. */
  units: () => Units;
  entries: () => UnitEntry[];
  reset: () => void;
}

interface Input {
  IndexName?: string;
  Key?: RowKey;
  Item?: Row;
  ConsistentRead?: boolean;
  Select?: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  TransactItems?: Record<string, Input>[];
  RequestItems?: Record<string, { Keys: RowKey[]; ConsistentRead?: boolean } | Record<string, Input>[]>;
}

const keyOf = ({ Key, Item }: Input): RowKey => {
  const { PK, SK } = Key ?? (Item as unknown as RowKey);
  return { PK, SK };
};
const textOf = ({ PK, SK }: RowKey): string => `${PK}\0${SK}`;

/**
 * Counts the request units that AWS charges, by its published rules, because DynamoDB Local reports a transaction of ten
 * rows like one of a single row. Each row is read before and after its write, by requests that are not counted.
 */
export function countUnits(direct: Table): UnitMeter {
  let entries: UnitEntry[] = [];
  let requests = 0;
  let shapes: Promise<IndexShape[]> | undefined;
  const readRows = async (keys: RowKey[]): Promise<Map<string, Row>> => {
    const unique = [...new Map(keys.map((key) => [textOf(key), key])).values()];
    return new Map((await getAllRows(direct, unique)).map((row) => [textOf(row as unknown as RowKey), row]));
  };

  const table = interceptTable(direct, async (send, command) => {
    requests += 1;
    const request = requests;
    const operation = command.constructor.name.replace(/Command$/, '');
    const input = command.input as Input;
    const note = (what: string, key: RowKey | null, units: Partial<UnitEntry>): void => {
      const row = key && ` ${kindOf(key.PK)} ${kindOf(key.SK)}`;
      entries.push({ request, pattern: `${what}${row ?? ''}`, index: null, writes: 0, reads: 0, ...units });
    };

    if (operation === 'Query') {
      const answer = (await send()) as { Items?: Row[] };
      const { Items = [] } = answer;
      // Some attributes are answered, but whole rows are charged.
      const rows =
        input.ProjectionExpression !== undefined && input.IndexName === undefined
          ? [...(await readRows(Items.map((Key) => keyOf({ Key: Key as unknown as RowKey })))).values()]
          : Items;
      const reads = queryUnits(input, rows, await (shapes ??= readShapes(direct)));
      const [first] = Items;
      note(operation, input.IndexName ? null : ((first as unknown as RowKey | undefined) ?? null), {
        reads,
        index: input.IndexName ?? null,
      });
      return answer;
    }
    if (operation === 'Get' || operation === 'BatchGet') {
      const answer = (await send()) as { UnprocessedKeys?: Record<string, { Keys: RowKey[] }> };
      const unread = new Set(Object.values(answer.UnprocessedKeys ?? {}).flatMap(({ Keys }) => Keys.map(textOf)));
      const asked = input.Key
        ? [{ keys: [input.Key], isConsistent: input.ConsistentRead === true }]
        : Object.values(input.RequestItems ?? {}).map((one) => {
            const { Keys, ConsistentRead } = one as { Keys: RowKey[]; ConsistentRead?: boolean };
            return { keys: Keys, isConsistent: ConsistentRead === true };
          });
      for (const { keys, isConsistent } of asked) {
        const rows = await readRows(keys);
        for (const key of keys.filter((one) => !unread.has(textOf(one)))) {
          const row = rows.get(textOf(key));
          note(operation, key, { reads: readUnits(row ? itemBytes(row) : 0, isConsistent) });
        }
      }
      return answer;
    }

    const writes = listWrites(operation, input);
    if (writes.length === 0) throw new Error(`units of ${operation} are not known`);
    const indexes = await (shapes ??= readShapes(direct));
    const before = await readRows(writes.map(({ key }) => key));
    const times = timesCharged(operation === 'TransactWrite');
    try {
      const answer = await send();
      const after = await readRows(writes.map(({ key }) => key));
      for (const { what, key } of writes) {
        const [old, now] = [before.get(textOf(key)) ?? null, after.get(textOf(key)) ?? null];
        note(what, key, { writes: times * rowWriteUnits(old, now) });
        for (const index of indexes) {
          const units = indexWriteUnits(old, now, index);
          if (units > 0) note(what, key, { writes: units, index: index.name });
        }
      }
      return answer;
    } catch (error) {
      // What was refused has cost the rows that were looked at, and no index.
      if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException) {
        for (const { what, key } of writes) {
          const old = before.get(textOf(key)) ?? null;
          note(`${what} refused`, key, { writes: times * rowWriteUnits(old, null) });
        }
      }
      throw error;
    }
  });

  const sum = (part: 'writes' | 'reads'): number => entries.reduce((total, entry) => total + entry[part], 0);
  return {
    table,
    units: () => ({ writes: sum('writes'), reads: sum('reads'), requests }),
    entries: () => entries,
    reset: () => {
      entries = [];
      requests = 0;
    },
  };
}

/** The rows that a request writes or checks. */
function listWrites(operation: string, input: Input): { what: string; key: RowKey }[] {
  if (operation === 'TransactWrite') {
    return (input.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, one]) => ({ what: `TransactWrite ${kind}`, key: keyOf(one) })),
    );
  }
  if (operation === 'BatchWrite') {
    return Object.values(input.RequestItems ?? {}).flatMap((items) =>
      (items as Record<string, Input>[]).flatMap((item) =>
        Object.values(item).map((one) => ({ what: operation, key: keyOf(one) })),
      ),
    );
  }
  return ['Put', 'Update', 'Delete'].includes(operation) ? [{ what: operation, key: keyOf(input) }] : [];
}

/** A query is charged for all that it has read together, and each row that it fetches beside the index on its own. */
function queryUnits(input: Input, items: Row[], indexes: IndexShape[]): number {
  const { IndexName, Select, FilterExpression, ProjectionExpression, ConsistentRead = false } = input;
  if (FilterExpression !== undefined || (ProjectionExpression !== undefined && IndexName !== undefined)) {
    throw new Error('the answer does not show what such a query has read');
  }
  const index = indexes.find(({ name }) => name === IndexName);
  const read = index ? items.map((item) => indexEntry(item, index) ?? item) : items;
  const bytes = read.reduce((sum, item) => sum + itemBytes(item), 0);
  const fetched = index && index.copies !== 'ALL' && Select === 'ALL_ATTRIBUTES' ? items : [];
  return fetched.reduce(
    (sum, item) => sum + readUnits(itemBytes(item), ConsistentRead),
    readUnits(bytes, ConsistentRead),
  );
}

/** The indexes of a table, as the synthesized template has them. */
async function readShapes({ client, name }: Table): Promise<IndexShape[]> {
  const { Table: description } = await client.send(new DescribeTableCommand({ TableName: name }));
  const { LocalSecondaryIndexes: local = [], GlobalSecondaryIndexes: global = [] } = description ?? {};
  return [...local, ...global].map(({ IndexName = '', KeySchema = [], Projection }) => ({
    name: IndexName,
    keys: KeySchema.map(({ AttributeName = '' }) => AttributeName),
    copies: Projection?.ProjectionType === 'ALL' ? 'ALL' : (Projection?.NonKeyAttributes ?? []),
  }));
}

/** Lines of a table for people: units by pattern and index, the largest first. */
export function describeUnits(entries: UnitEntry[]): string {
  const sums = new Map<string, { writes: number; reads: number }>();
  for (const { pattern, index, writes, reads } of entries) {
    const name = index ? `${pattern} → ${index}` : pattern;
    const { writes: w, reads: r } = sums.get(name) ?? { writes: 0, reads: 0 };
    sums.set(name, { writes: w + writes, reads: r + reads });
  }
  return [...sums]
    .sort(([, a], [, b]) => b.writes + b.reads - (a.writes + a.reads))
    .map(([name, { writes, reads }]) => `  ${writes} write, ${reads} read: ${name}`)
    .join('\n');
}
