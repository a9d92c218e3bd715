import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { getAllRows, getRows } from '../../../shared/store/batch-get.ts';
import type { Table } from '../../../shared/store/table.ts';

const keys = ['a', 'b', 'c', 'd'].map((SK) => ({ PK: 'p', SK }));

/** A table that has all rows, but reads only those of each answer's turn, as DynamoDB may when short of capacity. */
function tableReading(...turns: string[][]): { table: Table; requests: () => number } {
  let requests = 0;
  const send = async ({ input }: { input: { RequestItems: { t: { Keys: typeof keys } } } }) => {
    const read = turns[requests] ?? keys.map(({ SK }) => SK);
    requests += 1;
    const asked = input.RequestItems.t.Keys;
    const left = asked.filter(({ SK }) => !read.includes(SK));
    return {
      Responses: { t: asked.filter(({ SK }) => read.includes(SK)).toReversed() },
      UnprocessedKeys: left.length > 0 ? { t: { Keys: left } } : {},
    };
  };
  return { table: { name: 't', client: { send } as unknown as Table['client'] }, requests: () => requests };
}

describe('reading many rows', () => {
  it('returns them in the order of their keys, in one request', async () => {
    const { table, requests } = tableReading();
    expect(await getRows(table, keys)).toEqual({ rows: keys, missed: 0 });
    expect(requests()).toBe(1);
  });

  it('makes no request for no keys', async () => {
    const { table, requests } = tableReading();
    expect(await getRows(table, [])).toEqual({ rows: [], missed: 0 });
    expect(requests()).toBe(0);
  });

  // Rows behind a gap were once taken for the whole page, and a page that began with a gap for an empty one.
  it('ends before the first row that was not read', async () => {
    const { table, requests } = tableReading(['a', 'b', 'd']);
    expect(await getRows(table, keys)).toEqual({ rows: keys.slice(0, 2), missed: 2 });
    expect(requests()).toBe(1);
  });

  it('repeats the request while the first row was not read', async () => {
    const { table, requests } = tableReading(['c'], ['d'], ['a']);
    expect(await getRows(table, keys)).toEqual({ rows: keys.slice(0, 1), missed: 3 });
    expect(requests()).toBe(3);
  });

  // A calendar whose row was not read was once answered as absent.
  it('repeats the request until all rows are read, for callers that need all', async () => {
    const { table } = tableReading(['d'], ['a', 'c'], [], ['b']);
    expect(await getAllRows(table, keys)).toEqual(keys);
  });
});

describe('reading many rows from a table that is throttled', () => {
  const dynamodb = mockClient(DynamoDBDocumentClient);
  const table: Table = { name: 't', client: dynamodb as unknown as DynamoDBDocumentClient };
  const requests = () => dynamodb.commandCalls(BatchGetCommand).length;
  beforeEach(() => void dynamodb.reset());

  it('asks again for what was not read, after pauses', async () => {
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({ UnprocessedKeys: { t: { Keys: keys } } })
      .resolvesOnce({ Responses: { t: keys.slice(0, 1) }, UnprocessedKeys: { t: { Keys: keys.slice(1) } } })
      .resolves({ Responses: { t: keys.slice(1) } });
    expect(await getAllRows(table, keys)).toEqual(keys);
    expect(requests()).toBe(3);
  });

  it('fails when nothing is read again and again', async () => {
    dynamodb.on(BatchGetCommand).resolves({ UnprocessedKeys: { t: { Keys: keys } } });
    await expect(getAllRows(table, keys)).rejects.toThrow('DynamoDB did not read 4 rows in 5 requests');
    expect(requests()).toBe(5);
  });
});
