import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Change, type Condition, conditionOf, expressionOf } from './expression.ts';
import { retryConflict } from './retry-conflict.ts';
import type { RowKey } from './row.ts';
import type { Table } from './table.ts';

/** The write of one row in a transaction. */
export type TransactionItem =
  | {
      put: Record<string, unknown>;
      when?: Condition | undefined;
      /** Receives the row in its place when the condition did not hold. */
      whenRefused?: (present: Record<string, unknown>) => void;
    }
  | { update: RowKey; change: Change }
  | { delete: RowKey; when?: Condition | undefined }
  | { check: RowKey; when: Condition };

/**
 * Writes all items or none. Items have names, so that a caller sees which of them was refused.
 *
 * @param signal ends the attempts. An attempt that is under way then may still be written
 * @returns names of the items whose conditions did not hold; none when all items are written
 * @throws every other failure, after the retries of `retryConflict`
 */
export async function transact<Name extends string>(
  table: Table,
  items: Partial<Record<Name, TransactionItem | undefined>>,
  signal?: AbortSignal,
): Promise<Name[]> {
  const named = Object.entries(items).filter(([, item]) => item !== undefined) as [Name, TransactionItem][];
  if (named.length === 0) return [];
  const command = new TransactWriteCommand({ TransactItems: named.map(([, item]) => itemOf(table.name, item)) });
  try {
    await retryConflict(() => table.client.send(command, signal ? { abortSignal: signal } : {}));
    return [];
  } catch (error) {
    const refused = refusedBy(error).flatMap(({ index, present }) => {
      const [name, item] = named[index] ?? [];
      if (item && 'put' in item) item.whenRefused?.(present);
      return name ?? [];
    });
    if (refused.length === 0) throw error;
    return refused;
  }
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

function itemOf(TableName: string, item: TransactionItem): TransactItem {
  if ('put' in item) {
    const { put: Item, when, whenRefused } = item;
    const asks = whenRefused && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
    return { Put: { TableName, Item, ...conditionOf(when), ...asks } };
  }
  if ('update' in item) return { Update: { TableName, Key: item.update, ...expressionOf(item.change) } };
  if ('delete' in item) return { Delete: { TableName, Key: item.delete, ...conditionOf(item.when) } };
  const { ConditionExpression = '', ...rest } = conditionOf(item.when);
  return { ConditionCheck: { TableName, Key: item.check, ConditionExpression, ...rest } };
}

/** Positions of the items whose conditions did not hold, with the rows that were asked for. */
const refusedBy = (error: unknown): { index: number; present: Record<string, unknown> }[] =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).flatMap(({ Code, Item = {} }, index) =>
        Code === 'ConditionalCheckFailed' ? [{ index, present: unmarshall(Item) }] : [],
      )
    : [];
