import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from '../store/table.ts';
import { deliveryPartition } from './delivery-store.ts';

/** Sort key of an endpoint's gate; once the endpoint is deleted, of what is left to purge. */
export const gateSortKey = 'GATE';
export const gateKey = (webhookId: string) => ({ PK: deliveryPartition(webhookId), SK: gateSortKey });

/** Epoch milliseconds but for counts. Numbers only, so that what a refused write shows can be read as it comes. */
export type Gate = Record<string, number | undefined>;
const rawGateSchema = z.record(z.string(), z.object({ N: z.coerce.number() }).loose().catch({ N: Number.NaN }));

interface GateChange {
  set?: Gate;
  /** Set where there is no value yet. */
  setOnce?: Gate;
  add?: Gate;
  remove?: string[];
  condition: string;
  values?: Gate;
}

/** The gate after a change, or, where its condition did not hold, as it is. */
export interface GateUpdate {
  done: boolean;
  gate: Gate;
}

export async function updateGate(
  table: Table,
  webhookId: string,
  { set = {}, setOnce = {}, add = {}, remove = [], condition, values = {} }: GateChange,
): Promise<GateUpdate> {
  const all = { ...set, ...setOnce, ...add, ...values };
  const sets = [
    ...Object.keys(set).map((name) => `${name} = :${name}`),
    ...Object.keys(setOnce).map((name) => `${name} = if_not_exists(${name}, :${name})`),
  ];
  const expression = [
    ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
    ...(Object.keys(add).length > 0
      ? [
          `ADD ${Object.keys(add)
            .map((name) => `${name} :${name}`)
            .join(', ')}`,
        ]
      : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
  ];
  try {
    const { Attributes = {} } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: gateKey(webhookId),
        UpdateExpression: expression.join(' '),
        ConditionExpression: condition,
        ...(Object.keys(all).length > 0 && {
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(all).map(([name, value]) => [`:${name}`, value]),
          ),
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { done: true, gate: Attributes as Gate };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const raw = rawGateSchema.parse(error.Item ?? {});
    return { done: false, gate: Object.fromEntries(Object.entries(raw).map(([name, { N }]) => [name, N])) };
  }
}
