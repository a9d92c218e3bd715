import { BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Delivery, deliveryStatuses } from './delivery.ts';

const prefix = 'delivery_';
export const deliveryPartition = (webhookId: string): string => `DELIVERIES#${webhookId}`;
const deliveryKey = (webhookId: string, id: string) => ({ PK: deliveryPartition(webhookId), SK: id });

/** The endpoint in whose partition a row lies. */
export const webhookOfPartition = (partition: string): string => partition.slice('DELIVERIES#'.length);

const attemptSchema = z.object({
  at: storedTimestamp,
  status_code: z.number().nullable(),
  duration_ms: z.number(),
  response: z.string().nullable(),
  error: z.string().nullable(),
});

const deliverySchema: z.ZodType<Delivery> = z.object({
  id: z.string(),
  webhook_id: z.string(),
  project_id: z.string(),
  idempotency_key: z.string(),
  trigger: z.string(),
  calendar_id: z.string().nullable(),
  bot_id: z.string().nullable(),
  body: z.string(),
  status: z.enum(deliveryStatuses),
  attempts: z.array(attemptSchema),
  round: z.number(),
  reason: z.literal('endpoint_inactive').nullable(),
  next_attempt_at: storedTimestamp.nullable(),
  created_at: storedTimestamp,
  expires_at: z.number(),
  version: z.number(),
});

/** Place of a delivery in the list of its endpoint's: by time of creation, and total. */
export const deliveryPosition = ({ created_at, id }: Pick<Delivery, 'created_at' | 'id'>): string =>
  `${created_at}#${id}`;

/** @param dueAt when the timer looks at it; null for a delivery that waits for nothing */
const writeDelivery = (delivery: Delivery, dueAt: Timestamp | null): Record<string, unknown> => ({
  ...deliveryKey(delivery.webhook_id, delivery.id),
  ...delivery,
  by_created: deliveryPosition(delivery),
  ...(dueAt && timerAttributes('delivery', delivery.webhook_id, dueAt)),
});

/** @returns what is stored already when the endpoint has a delivery of that key, else null */
export async function insertDelivery(
  table: Table,
  delivery: Delivery,
  dueAt: Timestamp | null,
): Promise<Delivery | null> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: writeDelivery(delivery, dueAt),
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    );
    return null;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return findDelivery(table, delivery.webhook_id, delivery.id);
  }
}

/** One read. @returns null when the endpoint has none of that id */
export async function findDelivery(table: Table, webhookId: string, id: string): Promise<Delivery | null> {
  if (!isId('delivery', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deliveryKey(webhookId, id), ConsistentRead: true }),
  );
  return Item ? deliverySchema.parse(Item) : null;
}

/**
 * Stores a delivery in place of what it was made from.
 *
 * @param delivery still with the version that was read
 * @returns it as stored, or null when it was written or deleted meanwhile
 */
export async function saveDelivery(
  table: Table,
  delivery: Delivery,
  dueAt: Timestamp | null,
): Promise<Delivery | null> {
  const next = { ...delivery, version: delivery.version + 1 };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: writeDelivery(next, dueAt),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': delivery.version },
      }),
    );
    return next;
  } catch (error) {
    if (isConditionFailure(error)) return null;
    throw error;
  }
}

/** A page of an endpoint's deliveries by time of creation: one request, strongly consistent, with the full rows. */
export async function listDeliveries(
  table: Table,
  webhookId: string,
  page: {
    from: RowPosition | null;
    ascending: boolean;
    limit: number;
    /** Only those created at this time or later. */
    since?: Timestamp;
    /** And not later than this. */
    until?: Timestamp;
    accept?: (delivery: Delivery) => boolean;
  },
): Promise<{ rows: Delivery[]; end: OrderedRows['end'] }> {
  const { accept } = page;
  const { rows, end } = await readOrderedPage(table, {
    index: 'partition-by-created',
    partitionAttribute: 'PK',
    partitions: [deliveryPartition(webhookId)],
    sortAttribute: 'by_created',
    fullRows: true,
    ascending: page.ascending,
    from: page.from,
    limit: page.limit,
    low: page.since,
    high: page.until && `${page.until}~`,
    accept: accept && ((row) => accept(deliverySchema.parse(row))),
  });
  return { rows: rows.map((row) => deliverySchema.parse(row)), end };
}

/** For a delivery whose endpoint is gone. */
export async function deleteDelivery(table: Table, { webhook_id, id }: Delivery): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: deliveryKey(webhook_id, id) }));
}

/**
 * Deletes an endpoint's deliveries.
 *
 * @param mayGoOn asked before each batch of 25
 * @returns true when none is left
 */
export async function purgeDeliveries(table: Table, webhookId: string, mayGoOn: () => boolean): Promise<boolean> {
  for (;;) {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
        ExpressionAttributeValues: { ':pk': deliveryPartition(webhookId), ':prefix': prefix },
        ProjectionExpression: 'PK, SK',
        ConsistentRead: true,
        Limit: 500,
      }),
    );
    if (Items.length === 0) return true;
    let keys = Items.map(({ PK, SK }) => ({ DeleteRequest: { Key: { PK, SK } } }));
    while (keys.length > 0) {
      if (!mayGoOn()) return false;
      const { UnprocessedItems } = await table.client.send(
        new BatchWriteCommand({ RequestItems: { [table.name]: keys.slice(0, 25) } }),
      );
      keys = [...((UnprocessedItems?.[table.name] ?? []) as typeof keys), ...keys.slice(25)];
    }
  }
}
