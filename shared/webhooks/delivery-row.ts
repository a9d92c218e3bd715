import type { WebhookId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { defineRow } from '../store/row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Delivery, storedDelivery } from './delivery.ts';

export const deliveryRow = defineRow('delivery', 1, storedDelivery);

/** Deliveries have a partition per endpoint, in which the endpoint's traffic row lies, too. */
const partitionPrefix = 'DELIVERIES#';
export const deliveryPartition = (webhookId: string): string => `${partitionPrefix}${webhookId}`;

/** The endpoint of a partition. */
export const webhookOfPartition = (partition: string): WebhookId =>
  partition.slice(partitionPrefix.length) as WebhookId;

export const deliveryPrefix = 'delivery_';
export const deliveryKey = (webhookId: string, id: string) => ({ PK: deliveryPartition(webhookId), SK: id });

/** Position of a delivery among its endpoint's, ordered by creation: a total order. */
export const deliveryPosition = ({ created_at, id }: Pick<Delivery, 'created_at' | 'id'>): string =>
  `${created_at}#${id}`;

/** @param dueAt when its timer is due; null for a delivery that waits for nothing */
export const writeDelivery = (delivery: Delivery, dueAt: Timestamp | null): Record<string, unknown> => ({
  ...deliveryKey(delivery.webhook_id, delivery.id),
  ...deliveryRow.write(delivery),
  by_created: deliveryPosition(delivery),
  ...(dueAt && timerAttributes('delivery', delivery.webhook_id, dueAt)),
});
