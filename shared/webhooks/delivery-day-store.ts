import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { absent, any, below } from '../store/expression.ts';
import { queryRows } from '../store/query-rows.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import type { Delivery } from './delivery.ts';
import { dayOf, deliveryDayKey, deliveryDayPrefix, deliveryDayRow, deliveryDaysPartition } from './delivery-row.ts';

/** Seconds. */
const margin = webhookTimingMs.dayMargin / 1000;

/** Lists the day of a delivery among its endpoint's, for as long as the delivery is stored. */
export async function recordDeliveryDay(
  table: Table,
  { webhook_id, created_at, expires_at }: Pick<Delivery, 'webhook_id' | 'created_at' | 'expires_at'>,
): Promise<void> {
  await updateRow(table, deliveryDayKey(webhook_id, dayOf(created_at)), {
    set: deliveryDayRow.write({ expires_at: expires_at + margin }),
    when: any(absent('expires_at'), below('expires_at', expires_at)),
  });
}

/** Days on which an endpoint has deliveries, oldest first. One request. */
export async function listDeliveryDays(table: Table, webhookId: string): Promise<string[]> {
  const rows = await queryRows(table, deliveryDaysPartition(webhookId), deliveryDayPrefix);
  return rows.map(({ SK }) => String(SK).slice(deliveryDayPrefix.length));
}
