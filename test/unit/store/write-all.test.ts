import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '../../../shared/store/table.ts';
import { type BatchWrite, writeAll } from '../../../shared/store/write-all.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const table: Table = { name: 't', client: dynamodb as unknown as DynamoDBDocumentClient };
const writes = Array.from({ length: 30 }, (_, index): BatchWrite => ({ PutRequest: { Item: { SK: String(index) } } }));
const sent = () => dynamodb.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.['t'] ?? []);

beforeEach(() => {
  dynamodb.reset();
});

describe('many writes', () => {
  it('are sent 25 a request', async () => {
    dynamodb.on(BatchWriteCommand).resolves({});
    expect(await writeAll(table, writes)).toBe(true);
    expect(sent()).toEqual([writes.slice(0, 25), writes.slice(25)]);
  });

  it('are sent again when DynamoDB did not process them', async () => {
    dynamodb
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { t: writes.slice(3, 5) } })
      .resolvesOnce({ UnprocessedItems: { t: writes.slice(3, 4) } })
      .resolves({});
    expect(await writeAll(table, writes)).toBe(true);
    expect(sent()[1]).toEqual([...writes.slice(3, 5), ...writes.slice(25)]);
    expect(sent()[2]).toEqual(writes.slice(3, 4));
    expect(sent()).toHaveLength(3);
  });

  it('end where the time is up', async () => {
    dynamodb.on(BatchWriteCommand).resolves({});
    let requests = 0;
    expect(await writeAll(table, writes, () => (requests += 1) <= 1)).toBe(false);
    expect(sent()).toHaveLength(1);
  });

  it('fail when DynamoDB processes none of them again and again', async () => {
    dynamodb.on(BatchWriteCommand).resolves({ UnprocessedItems: { t: writes.slice(0, 25) } });
    await expect(writeAll(table, writes)).rejects.toThrow('DynamoDB processed none of 25 writes in 5 requests');
    expect(sent()).toHaveLength(5);
  });
});
