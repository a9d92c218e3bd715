import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Change, type Condition, conditionOf, expressionOf } from './expression.ts';
import { retryConflict } from './retry-conflict.ts';
import type { RowKey } from './row.ts';
import type { Table } from './table.ts';

/** Puts a row. @returns false when the condition did not hold */
export const putRow = (table: Table, Item: Record<string, unknown>, when?: Condition): Promise<boolean> =>
  holds(() => table.client.send(new PutCommand({ TableName: table.name, Item, ...conditionOf(when) })));

/** Puts a row. @returns null, or the row in its place when the condition did not hold */
export async function putRowOrRead(
  table: Table,
  Item: Record<string, unknown>,
  when: Condition,
): Promise<Record<string, unknown> | null> {
  const command = new PutCommand({
    TableName: table.name,
    Item,
    ...conditionOf(when),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    await retryConflict(() => table.client.send(command));
    return null;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return unmarshall(error.Item ?? {});
  }
}

/** Deletes a row. @returns false when the condition did not hold */
export const deleteRow = (table: Table, { PK, SK }: RowKey, when?: Condition): Promise<boolean> =>
  holds(() => table.client.send(new DeleteCommand({ TableName: table.name, Key: { PK, SK }, ...conditionOf(when) })));

/**
 * Changes a row.
 *
 * @returns `done`, and the row after the change; when the condition did not hold, the row as it is
 */
export async function updateRow(
  table: Table,
  { PK, SK }: RowKey,
  change: Change,
): Promise<{ done: boolean; row: Record<string, unknown> }> {
  try {
    const command = new UpdateCommand({
      TableName: table.name,
      Key: { PK, SK },
      ...expressionOf(change),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const { Attributes = {} } = await retryConflict(() => table.client.send(command));
    return { done: true, row: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { done: false, row: unmarshall(error.Item ?? {}) };
  }
}

async function holds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await retryConflict(write);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
