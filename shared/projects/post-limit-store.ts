import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../store/table.ts';

const windowMs = 60_000;

/**
 * Counts a POST of a project, in windows of a minute that begin with the first POST after the last window ended.
 *
 * @param now milliseconds since the epoch
 * @returns null when within the limit, otherwise the seconds until the window ends
 */
export async function countPost(table: Table, projectId: string, limit: number, now: number): Promise<number | null> {
  const write = (UpdateExpression: string, ConditionExpression: string, values: Record<string, number>) =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { PK: `PROJECT#${projectId}`, SK: 'POST_LIMIT' },
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeNames: { '#window': 'window_start', '#count': 'count' },
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  try {
    await write('SET #count = #count + :one', '#window > :ago AND #count < :limit', {
      ':one': 1,
      ':ago': now - windowMs,
      ':limit': limit,
    });
    return null;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const windowStart = Number(error.Item?.window_start?.N ?? 0);
    if (windowStart > now - windowMs) return Math.max(1, Math.ceil((windowStart + windowMs - now) / 1000));
  }
  try {
    await write('SET #count = :one, #window = :now', 'attribute_not_exists(#window) OR #window <= :ago', {
      ':one': 1,
      ':now': now,
      ':ago': now - windowMs,
    });
    return null;
  } catch (error) {
    // Another POST opened the window at the same time: count in it.
    if (error instanceof ConditionalCheckFailedException) return countPost(table, projectId, limit, now);
    throw error;
  }
}
