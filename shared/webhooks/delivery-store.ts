import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, equals } from '../store/expression.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { RowKey } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteAll } from '../store/write-all.ts';
import { deleteRow, putRow } from '../store/write-row.ts';
import type { Delivery } from './delivery.ts';
import { deliveryKey, deliveryPartition, deliveryPrefix, deliveryRow, writeDelivery } from './delivery-row.ts';

/** @returns the stored delivery when the endpoint has one under that key already, else null */
export async function insertDelivery(
  table: Table,
  delivery: Delivery,
  dueAt: Timestamp | null,
): Promise<Delivery | null> {
  if (await putRow(table, writeDelivery(delivery, dueAt), absent())) return null;
  return findDelivery(table, delivery.webhook_id, delivery.id);
}

/** One read. @returns null when the endpoint has no delivery of that id */
export async function findDelivery(table: Table, webhookId: string, id: string): Promise<Delivery | null> {
  if (!isId('delivery', id)) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deliveryKey(webhookId, id), ConsistentRead: true }),
  );
  return Item ? deliveryRow.read(Item) : null;
}

/**
 * Stores a changed delivery.
 *
 * @param delivery with the version that was read
 * @param dueAt when its timer is due; null for none
 * @returns the delivery as stored, or null when it was written or deleted since it was read
 */
export async function saveDelivery(
  table: Table,
  delivery: Delivery,
  dueAt: Timestamp | null,
): Promise<Delivery | null> {
  const next = { ...delivery, version: delivery.version + 1 };
  const isStored = await putRow(table, writeDelivery(next, dueAt), equals('version', delivery.version));
  return isStored ? next : null;
}

/** A page of an endpoint's deliveries, ordered by creation: one request, strongly consistent, with the full rows. */
export async function listDeliveries(
  table: Table,
  webhookId: string,
  page: {
    from: RowPosition | null;
    ascending: boolean;
    limit: number;
    /** Only deliveries that were created at this time or later. */
    since?: Timestamp;
    /** Only deliveries that were created at this time or earlier. */
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
    accept: accept && ((row) => readableRows(table, [row], deliveryRow.read).some(accept)),
  });
  return { rows: readableRows(table, rows, deliveryRow.read), end };
}

/** For a delivery whose endpoint was deleted. */
export async function deleteDelivery(table: Table, { webhook_id, id }: Delivery): Promise<void> {
  await deleteRow(table, deliveryKey(webhook_id, id));
}

/**
 * Deletes an endpoint's deliveries.
 *
 * @param mayGoOn asked before each batch of 25
 * @returns true when none is left
 */
export const purgeDeliveries = (table: Table, webhookId: string, mayGoOn: () => boolean): Promise<boolean> =>
  deleteAll(table, () => readSomeKeys(table, webhookId), mayGoOn);

async function readSomeKeys(table: Table, webhookId: string): Promise<RowKey[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
      ExpressionAttributeValues: { ':pk': deliveryPartition(webhookId), ':prefix': deliveryPrefix },
      ProjectionExpression: 'PK, SK',
      ConsistentRead: true,
      Limit: 500,
    }),
  );
  return Items as RowKey[];
}
