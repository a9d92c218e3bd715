import { defineRow } from '../store/row.ts';
import { storedTraffic } from './endpoint-traffic.ts';

export const trafficRow = defineRow('endpoint traffic', 1, storedTraffic);

const partitionPrefix = 'TRAFFIC#';

/** Each endpoint has a separate partition: while it is not healthy, every attempt writes the row. */
export const trafficKey = (webhookId: string) => ({ PK: `${partitionPrefix}${webhookId}`, SK: 'TRAFFIC' });

/** The endpoint whose traffic row a partition holds; null for the partition of another row. */
export const webhookOfTraffic = (partition: string): string | null =>
  partition.startsWith(partitionPrefix) ? partition.slice(partitionPrefix.length) : null;
