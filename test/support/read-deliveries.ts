import type { Table } from '../../shared/store/table.ts';
import { listDeliveryDays } from '../../shared/webhooks/delivery-day-store.ts';
import { deliveryDaysPartition, deliveryPartitions } from '../../shared/webhooks/delivery-row.ts';
import { readPartition } from './read-partition.ts';

/** Every row about an endpoint's deliveries: the deliveries, and the days on which it has some. */
export async function readDeliveryRows(table: Table, webhookId: string): Promise<Record<string, unknown>[]> {
  const days = await listDeliveryDays(table, webhookId);
  const partitions = [deliveryDaysPartition(webhookId), ...days.flatMap((day) => deliveryPartitions(webhookId, day))];
  return (await Promise.all(partitions.map((partition) => readPartition(table, partition)))).flat();
}
