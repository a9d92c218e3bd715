import { countFitting } from '../platform/sent-bytes.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Delivery, DeliveryStatus } from './delivery.ts';
import { listDeliveries } from './delivery-list-store.ts';
import { deliveryPosition } from './delivery-row.ts';

/**
 * A page of an endpoint's deliveries, newest first.
 *
 * @param request `status` of the deliveries, null for every status; `limit`: deliveries in the page
 * @param bytesOf bytes of a delivery in the answer: the page ends early where it has no room for more
 */
export async function listWebhookDeliveries(
  table: Table,
  webhookId: string,
  { status, cursor, limit = 25 }: { status: DeliveryStatus | null; cursor: PageCursor | null; limit?: number },
  bytesOf: (delivery: Delivery) => number = () => 0,
): Promise<Page<Delivery>> {
  const read = await listDeliveries(table, webhookId, {
    from: cursor,
    ascending: cursor?.direction === 'back',
    limit,
    ...(status && { accept: (delivery: Delivery) => delivery.status === status }),
  });
  const rows = read.rows.slice(0, countFitting(read.rows.map(bytesOf)));
  const positions = rows.map(deliveryPosition);
  const cut = rows.length < read.rows.length ? positions.at(-1) : undefined;
  return pageOf({ rows, positions, end: cut ?? read.end }, cursor);
}
