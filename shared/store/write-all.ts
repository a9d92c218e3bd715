import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { throttled } from '../platform/aws/aws-error.ts';
import { mostRequests, pauseBeforeRepeat } from '../platform/repeat-refused.ts';
import type { Table } from './table.ts';

export type BatchWrite =
  | { PutRequest: { Item: Record<string, unknown> } }
  | { DeleteRequest: { Key: { PK: string; SK: string } } };

/** DynamoDB accepts this many writes in one request. */
const perRequest = 25;

/**
 * Puts and deletes rows, 25 a request. Writes that DynamoDB did not process are sent again after a pause.
 *
 * @param mayGoOn asked before each request
 * @returns false when `mayGoOn` stopped it before the end
 * @throws AwsError when several requests in a row had no effect: the table is throttled
 */
export async function writeAll(
  table: Table,
  writes: BatchWrite[],
  mayGoOn: () => boolean = () => true,
): Promise<boolean> {
  let pending = writes;
  let futile = 0;
  while (pending.length > 0) {
    if (!mayGoOn()) return false;
    const sent = Math.min(pending.length, perRequest);
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: pending.slice(0, perRequest) } }),
    );
    const left = (UnprocessedItems?.[table.name] ?? []) as BatchWrite[];
    pending = [...left, ...pending.slice(perRequest)];
    futile = left.length === sent ? futile + 1 : 0;
    if (futile === mostRequests) throw throttled(`DynamoDB processed none of ${sent} writes in ${futile} requests`);
    if (left.length > 0) await pauseBeforeRepeat(futile + 1);
  }
  return true;
}

/**
 * Deletes all rows that a query finds, page by page.
 *
 * @param readKeys keys of some of the remaining rows, a few hundred at most; none when all are deleted
 * @returns true when all are deleted
 */
export async function deleteAll(
  table: Table,
  readKeys: () => Promise<{ PK: string; SK: string }[]>,
  mayGoOn: () => boolean,
): Promise<boolean> {
  for (;;) {
    const keys = await readKeys();
    if (keys.length === 0) return true;
    const deleted = await writeAll(
      table,
      keys.map(({ PK, SK }) => ({ DeleteRequest: { Key: { PK, SK } } })),
      mayGoOn,
    );
    if (!deleted) return false;
  }
}
