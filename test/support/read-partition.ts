import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../shared/store/table.ts';

/** All rows under a partition key, up to a megabyte. */
export async function readPartition(table: Table, partition: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    }),
  );
  return Items;
}
