import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

export interface RowKey {
  PK: string;
  SK: string;
}

const keyText = ({ PK, SK }: RowKey): string => `${PK}\0${SK}`;

/**
 * Full rows in the order of their keys, in one request for up to 100. Rows that are gone are left out.
 *
 * @returns `rows`, and in `missed` how many keys at the end were not read because the answer would exceed 16 MB
 */
export async function getRows(
  table: Table,
  keys: RowKey[],
): Promise<{ rows: Record<string, unknown>[]; missed: number }> {
  if (keys.length === 0) return { rows: [], missed: 0 };
  const wanted = keys.map(({ PK, SK }) => ({ PK, SK }));
  const { Responses, UnprocessedKeys } = await table.client.send(
    new BatchGetCommand({ RequestItems: { [table.name]: { Keys: wanted, ConsistentRead: true } } }),
  );
  const found = new Map((Responses?.[table.name] ?? []).map((row) => [keyText(row as unknown as RowKey), row]));
  const unread = new Set((UnprocessedKeys?.[table.name]?.Keys ?? []).map((key) => keyText(key as unknown as RowKey)));
  const firstUnread = wanted.findIndex((key) => unread.has(keyText(key)));
  const read = firstUnread === -1 ? wanted : wanted.slice(0, firstUnread);
  const rows = read.flatMap((key) => found.get(keyText(key)) ?? []);
  return { rows, missed: wanted.length - read.length };
}
