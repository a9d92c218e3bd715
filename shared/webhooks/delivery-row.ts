import * as z from 'zod';
import { type DeliveryId, shardOf, timeOfDeliveryId, type WebhookId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { defineRow } from '../store/row.ts';
import { gzippedJson, storedTimestamp } from '../store/stored-values.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Delivery, deliveryStatuses, noAttemptReasons, storedAttempt } from './delivery.ts';

/** Key and id state what is not here: endpoint, id and time. One write unit for a usual delivery that succeeded. */
const deliveryRow = defineRow(
  'delivery',
  1,
  z.object({
    project_id: z.string(),
    status: z.enum(deliveryStatuses),
    round: z.number(),
    reason: z.enum(noAttemptReasons).nullable(),
    next_attempt_at: storedTimestamp.nullable(),
    expires_at: z.number(),
    is_counted: z.literal(true).optional(),
    version: z.number(),
    /** Four names of the body are here once more: packed they need hardly any room. */
    content: gzippedJson(
      z.object({
        body: z.string(),
        idempotency_key: z.string(),
        trigger: z.string(),
        calendar_id: z.string().nullable(),
        bot_id: z.string().nullable(),
        attempts: z.array(storedAttempt),
      }),
    ),
  }),
);

/**
 * A day on which an endpoint has deliveries: lists, replays and purges read the partitions of these days only. The row
 * is written before the first delivery of the day.
 */
export const deliveryDayRow = defineRow('delivery day', 1, z.object({ expires_at: z.number() }));

/**
 * Partitions of an endpoint's deliveries of one day. Each takes about 1,000 write units/s and 10 GB
 * (docs/data-model.md#deliveries).
 */
export const deliveryShards = 8;

const partitionPrefix = 'DELIVERIES#';

/** The partition of an endpoint's days. */
export const deliveryDaysPartition = (webhookId: string): string => `${partitionPrefix}${webhookId}`;
export const deliveryDayPrefix = 'DAY#';
export const deliveryDayKey = (webhookId: string, day: string) => ({
  PK: deliveryDaysPartition(webhookId),
  SK: `${deliveryDayPrefix}${day}`,
});

/** `2026-11-21`, in UTC. */
export const dayOf = (createdAt: Timestamp): string => createdAt.slice(0, 10);

const partitionOf = (webhookId: string, day: string, shard: number): string =>
  `${partitionPrefix}${webhookId}#${day}#${shard}`;

/** All partitions of a day. */
export const deliveryPartitions = (webhookId: string, day: string): string[] =>
  Array.from({ length: deliveryShards }, (_, shard) => partitionOf(webhookId, day, shard));

/** Position of a delivery among its endpoint's, ordered by creation: a total order. */
export const deliveryPosition = ({ created_at, id }: Pick<Delivery, 'created_at' | 'id'>): string =>
  `${created_at}#${id}`;

export function deliveryKey(webhookId: string, id: DeliveryId): { PK: string; SK: string } {
  const created_at = timeOfDeliveryId(id);
  return {
    PK: partitionOf(webhookId, dayOf(created_at), shardOf(id, deliveryShards)),
    SK: deliveryPosition({ created_at, id }),
  };
}

/** Endpoint and id of the delivery that a row's key names. */
export function deliveryOfKey({ PK, SK }: { PK: string; SK: string }): { webhook_id: WebhookId; id: DeliveryId } {
  return { webhook_id: PK.split('#')[1] as WebhookId, id: SK.split('#')[1] as DeliveryId };
}

/** @throws UnreadableRow */
export function readDelivery(item: Record<string, unknown>): Delivery {
  const { content, ...fields } = deliveryRow.read(item);
  const key = deliveryOfKey(item as { PK: string; SK: string });
  return { ...key, ...fields, ...content, created_at: timeOfDeliveryId(key.id) };
}

/** @param dueAt when its timer is due; null for a delivery that waits for nothing */
export function writeDelivery(delivery: Delivery, dueAt: Timestamp | null): Record<string, unknown> {
  const { body, idempotency_key, trigger, calendar_id, bot_id, attempts, ...fields } = delivery;
  const { id, webhook_id, created_at: _inKey, ...row } = fields;
  return {
    ...deliveryKey(webhook_id, id),
    ...deliveryRow.write({ ...row, content: { body, idempotency_key, trigger, calendar_id, bot_id, attempts } }),
    ...(dueAt && timerAttributes('delivery', webhook_id, dueAt, delivery.project_id)),
  };
}
