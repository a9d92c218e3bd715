import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { countUnits, type UnitMeter } from '../../support/count-units.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('units');

let meter: UnitMeter;
let partitions = 0;
let PK = '';
beforeEach(() => {
  TableName = table.name;
  meter = countUnits(table);
  partitions += 1;
  PK = `partition-${partitions}`;
});

type Command =
  | BatchGetCommand
  | DeleteCommand
  | GetCommand
  | PutCommand
  | QueryCommand
  | TransactWriteCommand
  | UpdateCommand;

/** Units of a request as our rules count them, and as DynamoDB Local does. */
async function compare(command: Command): Promise<{ ours: number; local: number }> {
  Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
  meter.reset();
  const answer = (await meter.table.client.send(command as PutCommand)) as { ConsumedCapacity?: unknown };
  const consumed = [answer.ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[];
  const { writes, reads } = meter.units();
  return { ours: writes + reads, local: consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0) };
}

const expectEqual = async (command: Command): Promise<number> => {
  const { ours, local } = await compare(command);
  expect(ours).toBe(local);
  return ours;
};
const text = (bytes: number): string => 'a'.repeat(bytes);
let TableName = '';

describe('the counter of request units', () => {
  it.each([10, 900, 1_100, 5_000, 50_000])(
    'counts writes of a row of %d bytes as DynamoDB Local does',
    async (bytes) => {
      const Key = { PK, SK: 'row' };
      await expectEqual(new PutCommand({ TableName, Item: { ...Key, n: 12.5, x: text(bytes) } }));
      await expectEqual(new PutCommand({ TableName, Item: { ...Key, x: text(10) } }));
      const set = { UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': text(bytes) } };
      await expectEqual(new UpdateCommand({ TableName, Key, ...set }));
      await expectEqual(new DeleteCommand({ TableName, Key }));
      await expectEqual(new DeleteCommand({ TableName, Key }));
    },
  );

  it('counts a timer that is set, moved, kept and removed as DynamoDB Local does', async () => {
    const Key = { PK, SK: 'row' };
    const setTo = (due: string) => ({
      UpdateExpression: 'SET due_shard = :shard, due_at = :due',
      ExpressionAttributeValues: { ':shard': 'bot#1', ':due': due },
    });
    await expectEqual(new PutCommand({ TableName, Item: { ...Key, x: text(3_000) } }));
    expect(await expectEqual(new UpdateCommand({ TableName, Key, ...setTo('1') }))).toBe(3 + 1);
    expect(await expectEqual(new UpdateCommand({ TableName, Key, ...setTo('2') }))).toBe(3 + 2);
    expect(await expectEqual(new UpdateCommand({ TableName, Key, ...setTo('2') }))).toBe(3);
    expect(await expectEqual(new UpdateCommand({ TableName, Key, UpdateExpression: 'REMOVE due_at' }))).toBe(3 + 1);
  });

  it.each([10, 4_000, 4_200, 30_000])('counts reads of rows of %d bytes as DynamoDB Local does', async (bytes) => {
    for (const SK of ['1', '2', '3']) {
      await table.client.send(new PutCommand({ TableName, Item: { PK, SK, x: text(bytes) } }));
    }
    const query = { KeyConditionExpression: 'PK = :pk', ExpressionAttributeValues: { ':pk': PK } };
    for (const ConsistentRead of [true, false]) {
      await expectEqual(new GetCommand({ TableName, Key: { PK, SK: '1' }, ConsistentRead }));
      await expectEqual(new GetCommand({ TableName, Key: { PK, SK: 'none' }, ConsistentRead }));
      await expectEqual(new QueryCommand({ TableName, ...query, ConsistentRead }));
      // DynamoDB Local counts nothing for absent rows of a batch. AWS does.
      const Keys = ['1', '2'].map((SK) => ({ PK, SK }));
      await expectEqual(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead } } }));
    }
  });

  it('counts each row of a transaction twice, where DynamoDB Local counts ten like one', async () => {
    const items = (count: number) =>
      Array.from({ length: count }, (_, SK) => ({ PK, SK: `${count} ${SK}`, x: text(1_500) }));
    for (const count of [1, 10]) {
      const TransactItems = items(count).map((Item) => ({ Put: { TableName, Item } }));
      expect((await compare(new TransactWriteCommand({ TransactItems }))).ours).toBe(count * 2 * 2);
    }
  });

  it('counts entries of indexes once in a transaction, as DynamoDB does, beside the row twice', async () => {
    const Key = { PK, SK: 'row' };
    const put = (created: string) => ({ Put: { TableName, Item: { ...Key, by_created: created, x: text(1_500) } } });
    await meter.table.client.send(new TransactWriteCommand({ TransactItems: [put('2026-01-01')] }));
    expect(meter.units().writes).toBe(2 * 2 + 1);
    meter.reset();
    await meter.table.client.send(new TransactWriteCommand({ TransactItems: [put('2026-01-02')] }));
    expect(meter.units().writes).toBe(2 * 2 + 2);
  });

  it('counts what was refused by the row that stays, and checks like writes', async () => {
    const Key = { PK, SK: 'row' };
    await table.client.send(new PutCommand({ TableName, Item: { ...Key, x: text(2_500) } }));
    const refused = { ConditionExpression: 'attribute_not_exists(PK)' };
    await expect(meter.table.client.send(new PutCommand({ TableName, Item: Key, ...refused }))).rejects.toThrow();
    expect(meter.units()).toEqual({ writes: 3, reads: 0, requests: 1 });

    meter.reset();
    const TransactItems = [{ ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(PK)' } }];
    await meter.table.client.send(new TransactWriteCommand({ TransactItems }));
    expect(meter.units()).toEqual({ writes: 6, reads: 0, requests: 1 });
  });
});
