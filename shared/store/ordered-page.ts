import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from './table.ts';
import type { LookupAttribute } from './table-schema.ts';

/** A row of an ordered index: the key of the full row, and the attributes that the index copies. */
export type IndexRow = Record<string, unknown> & { PK: string; SK: string };

const indexRowsSchema = z.array(z.looseObject({ PK: z.string(), SK: z.string() }));

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

/** Rows that are read per partition for a filter. A page may end early, but costs no more requests. */
export const filteredScan = 1000;

/**
 * One page of an ordered index: one request per partition, merged. The order is total, so rows of equal times are neither
 * lost nor repeated. If a partition has more rows than its answer, the page ends at the last row of that answer.
 */
export async function readOrderedPage(table: Table, query: OrderedQuery): Promise<OrderedRows> {
  const { sortAttribute, ascending, limit, accept = () => true, from } = query;
  const skipped = from?.inclusive ? undefined : from?.position;
  const answers = await Promise.all(query.partitions.map((partition) => readPartition(table, query, partition)));
  const positionOf = (row: Record<string, unknown>): string => String(row[sortAttribute]);
  const compare = (a: string, b: string): number => (a === b ? 0 : a < b === ascending ? -1 : 1);

  const ends = answers.flatMap(({ end }) => (end ? [positionOf(end)] : []));
  const horizon = ends.sort(compare)[0];
  const rows = answers
    .flatMap((answer) => answer.rows)
    .filter((row) => positionOf(row) !== skipped && (horizon === undefined || compare(positionOf(row), horizon) <= 0))
    .sort((a, b) => compare(positionOf(a), positionOf(b)))
    .filter(accept);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, end: rows.length > limit && last ? positionOf(last) : (horizon ?? null) };
}

async function readPartition(table: Table, query: OrderedQuery, partition: string) {
  const { ascending, from, sortAttribute } = query;
  const low = (ascending && from?.position) || query.low || '';
  const high = (!ascending && from?.position) || query.high || '~';
  if (low > high) return { rows: [], end: undefined };
  const { Items = [], LastEvaluatedKey } = await table.client.send(
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
      // One more shows whether a row follows, and one is the row at `from`.
      Limit: query.accept ? filteredScan : query.limit + 2,
    }),
  );
  return { rows: indexRowsSchema.parse(Items), end: LastEvaluatedKey };
}
