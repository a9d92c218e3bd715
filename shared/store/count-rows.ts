import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/** Counts the rows of partitions of a global index. One request per megabyte of the index. */
export async function countRows(
  table: Table,
  index: string,
  partitionAttribute: string,
  partitions: string[],
): Promise<number> {
  let count = 0;
  for (const partition of partitions) {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: index,
          Select: 'COUNT',
          KeyConditionExpression: '#partition = :partition',
          ExpressionAttributeNames: { '#partition': partitionAttribute },
          ExpressionAttributeValues: { ':partition': partition },
          ExclusiveStartKey,
        }),
      );
      count += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
  return count;
}
