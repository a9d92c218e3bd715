import { getAllRows } from '../store/batch-get.ts';
import { readableRow, unreadable } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import type { FanOutDecision } from './decide-fan-out.ts';
import type { Delivery } from './delivery.ts';
import { deliveryKey, readDelivery } from './delivery-row.ts';
import type { Webhook } from './endpoint.ts';
import type { EndpointTraffic } from './endpoint-traffic.ts';
import { trafficKey, trafficRow } from './endpoint-traffic-row.ts';

/** A notification on its way to one endpoint. */
export interface WantedFanOut {
  webhook: Webhook;
  decision: Exclude<FanOutDecision, 'ignore'>;
  /** As it is stored; a new one when it is not. */
  delivery: Delivery;
}

export interface PendingFanOut extends WantedFanOut {
  /** Empty for an endpoint without traffic. */
  traffic: EndpointTraffic;
}

/**
 * Which of the deliveries are stored already, and how their endpoints fare: one request for up to fifty endpoints,
 * eventually consistent. A delivery that was stored a moment ago may be sent again, under the same key; and the write
 * of its row is refused.
 */
export async function readFanOut(table: Table, wanted: WantedFanOut[]): Promise<PendingFanOut[]> {
  const keys = wanted.flatMap(({ webhook, delivery }) => [
    deliveryKey(webhook.id, delivery.id),
    trafficKey(webhook.id),
  ]);
  const rows = new Map((await getAllRows(table, keys, { isConsistent: false })).map((row) => [String(row.PK), row]));
  return wanted.flatMap((one) => {
    const stored = rows.get(deliveryKey(one.webhook.id, one.delivery.id).PK);
    const delivery = stored ? readableRow(table, stored, readDelivery) : one.delivery;
    const traffic = trafficRow.read(rows.get(trafficKey(one.webhook.id).PK) ?? {});
    return delivery === unreadable ? [] : [{ ...one, delivery, traffic }];
  });
}
