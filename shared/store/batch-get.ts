import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { throttled } from '../platform/aws/aws-error.ts';
import { mostRequests, pauseBeforeRepeat } from '../platform/repeat-refused.ts';
import type { RowKey } from './row.ts';
import type { Table } from './table.ts';

const keyText = ({ PK, SK }: RowKey): string => `${PK}\0${SK}`;

interface ReadOptions {
  /** False reads at half the price what may be a moment old. */
  isConsistent?: boolean;
  /** Reads only these attributes, with the keys among them. It costs the same. */
  attributes?: string[];
}

/**
 * Full rows by up to 100 keys, in the order of the keys. Absent rows are left out. One request, repeated only while
 * DynamoDB has not read the row of the first key, after a pause.
 *
 * @throws AwsError when several requests did not read it: the table is throttled
 * @returns `rows`, and `missed`: the number of keys at the end that were not read, because the answer would exceed 16 MB
 */
export async function getRows(
  table: Table,
  keys: RowKey[],
  { isConsistent = true, attributes }: ReadOptions = {},
): Promise<{ rows: Record<string, unknown>[]; missed: number }> {
  const wanted = keys.map(({ PK, SK }) => ({ PK, SK }));
  const found = new Map<string, Record<string, unknown>>();
  let unread = wanted;
  for (let requests = 0; unread.length > 0 && unread[0] === wanted[0]; requests += 1) {
    if (requests === mostRequests)
      throw throttled(`DynamoDB did not read ${unread.length} rows in ${requests} requests`);
    if (requests > 0) await pauseBeforeRepeat(requests);
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({
        RequestItems: {
          [table.name]: { Keys: unread, ConsistentRead: isConsistent, ProjectionExpression: attributes?.join(', ') },
        },
      }),
    );
    for (const row of Responses?.[table.name] ?? []) found.set(keyText(row as RowKey), row);
    const left = new Set((UnprocessedKeys?.[table.name]?.Keys ?? []).map((key) => keyText(key as RowKey)));
    unread = unread.filter((key) => left.has(keyText(key)));
  }
  const read = unread[0] ? wanted.slice(0, wanted.indexOf(unread[0])) : wanted;
  const rows = read.map((key) => found.get(keyText(key))).filter((row) => row !== undefined);
  return { rows, missed: wanted.length - read.length };
}

/** Like `getRows`, for any number of keys, with as many requests as reading every key needs. */
export async function getAllRows(
  table: Table,
  keys: RowKey[],
  options: ReadOptions = {},
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let from = 0; from < keys.length; ) {
    const some = keys.slice(from, from + 100);
    const { rows, missed } = await getRows(table, some, options);
    found.push(...rows);
    from += some.length - missed;
  }
  return found;
}
