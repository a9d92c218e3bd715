import type { Timestamp } from '../platform/timestamp.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import type { Delivery } from './delivery.ts';
import { listDeliveryDays } from './delivery-day-store.ts';
import { dayOf, deliveryPartitions, deliveryPosition, readDelivery } from './delivery-row.ts';

interface DeliveryQuery {
  from: RowPosition | null;
  ascending: boolean;
  limit: number;
  /** Only deliveries that were created at this time or later. */
  since?: Timestamp;
  /** Only deliveries that were created at this time or earlier. */
  until?: Timestamp;
  accept?: (delivery: Delivery) => boolean;
}

/** The newest day has most pages in it. Days that follow are read together: an endpoint may have few deliveries in each. */
const daysTogether = 4;
/** A page ends early after this many days. Only a filter that accepts hardly anything gets there. */
const daysPerPage = 61;

/**
 * A page of an endpoint's deliveries, ordered by creation, strongly consistent. One request lists the days; then one per
 * shard of the days that the page touches.
 */
export async function listDeliveries(
  table: Table,
  webhookId: string,
  page: DeliveryQuery,
): Promise<{ rows: Delivery[]; end: OrderedRows['end'] }> {
  const days = daysOf(page, await listDeliveryDays(table, webhookId));
  const found: Delivery[] = [];
  for (let next = 0; next < days.length; ) {
    if (next >= daysPerPage) return { rows: found, end: beyond(days[next - 1] ?? '', page.ascending) };
    const together = days.slice(next, next + (next === 0 ? 1 : daysTogether));
    const { rows, end } = await readDays(table, webhookId, together, { ...page, limit: page.limit - found.length + 1 });
    found.push(...rows);
    const last = found[page.limit - 1];
    if (found.length > page.limit && last) return { rows: found.slice(0, page.limit), end: deliveryPosition(last) };
    if (end !== null) return { rows: found, end };
    next += together.length;
  }
  return { rows: found, end: null };
}

/** The days that a page may touch, in reading direction. */
function daysOf({ from, ascending, since, until }: DeliveryQuery, days: string[]): string[] {
  const start = from?.position.slice(0, 10);
  const first = [since && dayOf(since), ascending ? start : undefined].filter((day) => day !== undefined);
  const last = [until && dayOf(until), ascending ? undefined : start].filter((day) => day !== undefined);
  const inside = days.filter((day) => first.every((low) => day >= low) && last.every((high) => day <= high));
  return ascending ? inside : inside.toReversed();
}

/** A position behind all deliveries of a day, in reading direction. */
const beyond = (day: string, ascending: boolean): string => (ascending ? `${day}~` : day);

async function readDays(
  table: Table,
  webhookId: string,
  days: string[],
  { from, ascending, limit, since, until, accept }: DeliveryQuery,
): Promise<{ rows: Delivery[]; end: OrderedRows['end'] }> {
  const { rows, end } = await readOrderedPage(table, {
    partitionAttribute: 'PK',
    partitions: days.flatMap((day) => deliveryPartitions(webhookId, day)),
    sortAttribute: 'SK',
    ascending,
    from,
    limit,
    low: since,
    high: until && `${until}~`,
    accept: accept && ((row) => readableRows(table, [row], readDelivery).some(accept)),
  });
  return { rows: readableRows(table, rows, readDelivery), end };
}
