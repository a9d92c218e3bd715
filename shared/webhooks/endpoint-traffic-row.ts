import { defineRow } from '../store/row.ts';
import { deliveryPartition } from './delivery-row.ts';
import { storedTraffic } from './endpoint-traffic.ts';

export const trafficRow = defineRow('endpoint traffic', 1, storedTraffic);

/** The row lies in the partition of the endpoint's deliveries. */
export const trafficSortKey = 'TRAFFIC';
export const trafficKey = (webhookId: string) => ({ PK: deliveryPartition(webhookId), SK: trafficSortKey });
