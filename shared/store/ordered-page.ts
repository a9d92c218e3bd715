import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from './table.ts';
import type { LookupAttribute } from './table-schema.ts';

/** A row of an ordered index: the key of the full row, and the attributes that the index copies. */
export type IndexRow = Record<string, unknown> & { PK: string; SK: string };

export const indexRowsSchema = z.array(z.looseObject({ PK: z.string(), SK: z.string() }));

/** A point in a total order: after a row's position, in reading direction; with `inclusive` before it. */
export interface RowPosition {
  position: string;
  inclusive?: boolean | undefined;
}

export interface OrderedQuery {
  /** Absent: the table itself, ordered by its sort key. */
  index?: string;
  /** `PK` for the table and its local indexes, another attribute for a global index. */
  partitionAttribute: 'PK' | 'project_shard' | LookupAttribute;
  partitions: string[];
  /** Attribute that holds `<time>#<id>`, or begins with it. */
  sortAttribute: string;
  ascending: boolean;
  /** Inclusive bounds on the sort attribute. */
  low?: string | undefined;
  high?: string | undefined;
  /** The point where reading begins; null is before the first row. */
  from: RowPosition | null;
  limit: number;
  /** Reads all attributes instead of those the index copies. Local indexes only. */
  fullRows?: boolean | undefined;
  accept?: ((row: IndexRow) => boolean) | undefined;
}

export interface OrderedRows {
  rows: IndexRow[];
  /** Position of the last row that was read; null when no row follows. */
  end: string | null;
}

/** Rows of a partition that a page looks at for a filter, at least. The page may end early, but costs no more requests. */
export const filteredScan = 1000;

/**
 * One page of an ordered index. Each partition is asked for its part of the page; those that may have more of it are asked
 * again, for as much as a page, and with a filter a last time for `filteredScan` rows: one request per partition, seldom two,
 * with a filter up to three.
 * The order is total, so rows of equal times are neither lost nor repeated. If a partition has more rows than its answers,
 * the page ends at the last row of these answers.
 */
export async function readOrderedPage(table: Table, query: OrderedQuery): Promise<OrderedRows> {
  const { limit, partitions } = query;
  const [first, ...others] = rowsAsked(query);
  const read = (part: Omit<Part, 'rows'>, count: number): Promise<Part> => readPart(table, query, part, count);
  let parts = await Promise.all(partitions.map((partition) => read({ partition, next: undefined }, first)));
  let merged = mergeParts(parts, query);
  for (const count of others) {
    const { behind } = merged;
    // Partitions whose answers end before that row may have rows of the page.
    const mayHaveMore = ({ next }: Part): boolean =>
      next !== undefined && (behind === undefined || compareIn(query, next, behind) < 0);
    if (merged.rows.length > limit || !parts.some(mayHaveMore)) break;
    parts = await Promise.all(
      parts.map(async (part) => {
        if (!mayHaveMore(part)) return part;
        const more = await read(part, count);
        return { ...more, rows: [...part.rows, ...more.rows] };
      }),
    );
    merged = mergeParts(parts, query);
  }
  const page = merged.rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, end: merged.rows.length > limit && last ? positionIn(query, last) : merged.end };
}

/** How many rows a partition is asked for, one time after the other: ever more. */
function rowsAsked({ limit, partitions, accept }: OrderedQuery): [number, ...number[]] {
  // One more shows whether a row follows, and one is the row at `from`.
  const page = limit + 2;
  // Twice the even part, because the rows of a page are not spread evenly.
  const part = partitions.length === 1 ? page : Math.min(Math.ceil((2 * limit) / partitions.length) + 4, page);
  return [part, ...[page, accept ? filteredScan : 0].filter((count, index, all) => count > (all[index - 1] ?? part))];
}

const positionIn = ({ sortAttribute }: OrderedQuery, row: Record<string, unknown>): string =>
  String(row[sortAttribute]);

/** In reading direction. */
function compareIn(query: OrderedQuery, one: Record<string, unknown>, other: Record<string, unknown>): number {
  const [a, b] = [positionIn(query, one), positionIn(query, other)];
  return a === b ? 0 : a < b === query.ascending ? -1 : 1;
}

/**
 * @returns `rows`: those that no partition can have another one before; `behind`: the row after the page, as far as is known;
 *   `end`: the last position that was read of all partitions, null when they have no more
 */
function mergeParts(
  parts: Part[],
  query: OrderedQuery,
): { rows: IndexRow[]; behind: IndexRow | undefined; end: string | null } {
  const compare = (a: Record<string, unknown>, b: Record<string, unknown>): number => compareIn(query, a, b);
  // A row that has moved between two requests is where it was read last.
  const read = new Map(parts.flatMap(({ rows }) => rows).map((one) => [`${one.row.PK} ${one.row.SK}`, one]));
  const known = [...read.values()].flatMap(({ row, isAccepted }) => (isAccepted ? row : [])).sort(compare);
  const [end] = parts.flatMap(({ next }) => (next ? [next] : [])).sort(compare);
  const rows = known.filter((row) => !end || compare(row, end) <= 0);
  return { rows, behind: known[query.limit], end: end ? positionIn(query, end) : null };
}

/** What was read of a partition. */
interface Part {
  partition: string;
  rows: { row: IndexRow; isAccepted: boolean }[];
  /** Where its next rows begin; absent when it has no more. */
  next: Record<string, unknown> | undefined;
}

async function readPart(
  table: Table,
  query: OrderedQuery,
  { partition, next: startKey }: Omit<Part, 'rows'>,
  count: number,
): Promise<Part> {
  const { ascending, from, sortAttribute } = query;
  const low = (ascending && from?.position) || query.low || '';
  const high = (!ascending && from?.position) || query.high || '~';
  if (low > high) return { partition, rows: [], next: undefined };
  const { Items = [], LastEvaluatedKey: next } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: query.index,
      // Local indexes can be read strongly consistent, so a client that was notified of a row can read it.
      ConsistentRead: query.partitionAttribute === 'PK',
      KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :low AND :high',
      ExpressionAttributeNames: { '#partition': query.partitionAttribute, '#sort': sortAttribute },
      ExpressionAttributeValues: { ':partition': partition, ':low': low || ' ', ':high': high },
      ScanIndexForward: ascending,
      ...(query.fullRows && { Select: 'ALL_ATTRIBUTES' }),
      Limit: count,
      ExclusiveStartKey: startKey,
    }),
  );
  const skipped = from?.inclusive ? undefined : from?.position;
  const rows = indexRowsSchema.parse(Items).filter((row) => row[sortAttribute] !== skipped);
  const { accept = () => true } = query;
  return { partition, rows: rows.map((row) => ({ row, isAccepted: accept(row) })), next };
}
