import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, equals } from '../store/expression.ts';
import type { RowKey } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteAll } from '../store/write-all.ts';
import { deleteRow, putRow } from '../store/write-row.ts';
import type { Delivery } from './delivery.ts';
import { listDeliveryDays, recordDeliveryDay } from './delivery-day-store.ts';
import { deliveryDayKey, deliveryKey, deliveryPartitions, readDelivery, writeDelivery } from './delivery-row.ts';

/** Stores a new delivery, and the day on which it lies. @returns false when the endpoint has it already */
export async function insertDelivery(table: Table, delivery: Delivery, dueAt: Timestamp | null): Promise<boolean> {
  await recordDeliveryDay(table, delivery);
  return (await saveDelivery(table, { ...delivery, version: 0 }, dueAt)) !== null;
}

/** One read. @returns null when the endpoint has no delivery of that id */
export async function findDelivery(table: Table, webhookId: string, id: string): Promise<Delivery | null> {
  if (!isId('delivery', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deliveryKey(webhookId, id), ConsistentRead: true }),
  );
  return Item ? readDelivery(Item) : null;
}

/**
 * Stores a changed delivery, or a new one of a day that is recorded.
 *
 * @param delivery with the version that was read; 0 for a new one
 * @param dueAt when its timer is due; null for none
 * @returns the delivery as stored, or null when it was written or deleted since it was read
 */
export async function saveDelivery(
  table: Table,
  delivery: Delivery,
  dueAt: Timestamp | null,
): Promise<Delivery | null> {
  const next = { ...delivery, version: delivery.version + 1 };
  const unchanged = delivery.version === 0 ? absent() : equals('version', delivery.version);
  return (await putRow(table, writeDelivery(next, dueAt), unchanged)) ? next : null;
}

/** For a delivery whose endpoint was deleted. */
export async function deleteDelivery(table: Table, { webhook_id, id }: Delivery): Promise<void> {
  await deleteRow(table, deliveryKey(webhook_id, id));
}

/**
 * Deletes an endpoint's deliveries.
 *
 * @param days with `delete` the rows that list the days are deleted, too. Attempts that still run record no new day then
 * @param mayGoOn asked before each batch of 25
 * @returns true when none is left
 */
export async function purgeDeliveries(
  table: Table,
  webhookId: string,
  days: 'keep' | 'delete',
  mayGoOn: () => boolean,
): Promise<boolean> {
  for (const day of await listDeliveryDays(table, webhookId)) {
    for (const partition of deliveryPartitions(webhookId, day)) {
      if (!mayGoOn()) return false;
      if (!(await deleteAll(table, () => readSomeKeys(table, partition), mayGoOn))) return false;
    }
    if (days === 'delete') await deleteRow(table, deliveryDayKey(webhookId, day));
  }
  return true;
}

async function readSomeKeys(table: Table, partition: string): Promise<RowKey[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ProjectionExpression: 'PK, SK',
      ConsistentRead: true,
      Limit: 500,
    }),
  );
  return Items as RowKey[];
}
