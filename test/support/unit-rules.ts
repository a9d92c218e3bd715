import { itemBytes } from './item-bytes.ts';

type Row = Record<string, unknown>;

/** An index of the table, with the attributes that it copies beside the keys. */
export interface IndexShape {
  name: string;
  keys: string[];
  copies: 'ALL' | string[];
}

const tableKeys = ['PK', 'SK'];
const writeBytes = 1024;
const readBytes = 4096;

const blocks = (bytes: number, of: number): number => Math.max(1, Math.ceil(bytes / of));

/** The entry that an index has of a row; null where the row lacks a key of the index. */
export function indexEntry(row: Row | null, { keys, copies }: IndexShape): Row | null {
  if (!row || keys.some((key) => row[key] === undefined)) return null;
  if (copies === 'ALL') return row;
  const names = new Set([...tableKeys, ...keys, ...copies]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
}

const isSame = (a: unknown, b: unknown): boolean => plain(a) === plain(b);
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    item instanceof Set ? [...(item as Set<unknown>)].map(String).sort() : item,
  ) ?? '';

/**
 * Units that an index takes for a write: one kilobyte each. A changed key deletes one entry and puts another
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes).
 */
export function indexWriteUnits(before: Row | null, after: Row | null, index: IndexShape): number {
  const [old, now] = [indexEntry(before, index), indexEntry(after, index)];
  const unitsOf = (entry: Row): number => blocks(itemBytes(entry), writeBytes);
  if (!old || !now) return (old ? unitsOf(old) : 0) + (now ? unitsOf(now) : 0);
  if (index.keys.some((key) => !isSame(old[key], now[key]))) return unitsOf(old) + unitsOf(now);
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].every((name) => isSame(old[name], now[name])) ? 0 : Math.max(unitsOf(old), unitsOf(now));
}

/** Units of the write of a row itself: its size before or after, whichever is more. */
export const rowWriteUnits = (before: Row | null, after: Row | null): number =>
  Math.max(...[before, after].map((row) => (row ? blocks(itemBytes(row), writeBytes) : 1)));

/**
 * How many times a row's write is charged: in a transaction once to prepare and once to commit
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling).
 * Entries of indexes follow the committed row, so they are charged once in each kind of request. AWS documents only the
 * first half. The second was measured in eu-west-2 on 2026-08-13: a put in a transaction with an entry in a global and one
 * in a local index consumed 2 units of the table and 1 of each index, and a key of an index that moved 2 of the index
 * (https://github.com/nubo-db/dynoxide/pull/188, `ReturnConsumedCapacity: INDEXES`).
 */
export const timesCharged = (isInTransaction: boolean): number => (isInTransaction ? 2 : 1);

/** Units of a read of rows that are counted together; four kilobytes each, or two for half a unit. */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  blocks(bytes, readBytes) * (isConsistent ? 1 : 0.5);
