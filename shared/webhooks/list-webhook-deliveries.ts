import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Delivery, DeliveryStatus } from './delivery.ts';
import { listDeliveries } from './delivery-list-store.ts';
import { deliveryPosition } from './delivery-row.ts';

const pageSize = 25;

/** A page of an endpoint's deliveries, newest first. @param status of the deliveries; null for every status */
export async function listWebhookDeliveries(
  table: Table,
  webhookId: string,
  { status, cursor }: { status: DeliveryStatus | null; cursor: PageCursor | null },
): Promise<Page<Delivery>> {
  const { rows, end } = await listDeliveries(table, webhookId, {
    from: cursor,
    ascending: cursor?.direction === 'back',
    limit: pageSize,
    ...(status && { accept: (delivery: Delivery) => delivery.status === status }),
  });
  return pageOf({ rows, positions: rows.map(deliveryPosition), end }, cursor);
}
