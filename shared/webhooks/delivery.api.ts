import * as z from 'zod';
import { idOut, timeOut } from '../http/response-fields.ts';
import { webhookTriggers } from '../notifications/notification.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import { type Delivery, deliveryStatuses, noAttemptReasons, testTrigger } from './delivery.ts';

export const deliveryAttemptOut = z.object({
  at: timeOut(),
  status_code: z.int().nullable(),
  duration_ms: z.int(),
  response: z.string().nullable(),
  error: z.string().nullable(),
});
export const deliveryPayloadOut = z.record(z.string(), z.unknown());

/** A delivery in answers (docs/api-compatibility.md#webhook-endpoints). */
export const deliveryOut = z.object({
  id: idOut('delivery'),
  idempotency_key: z.string(),
  /** Later versions may have more triggers. */
  trigger: z.string().meta({ 'x-extensible-enum': [...webhookTriggers, testTrigger] }),
  calendar_id: idOut('cal').nullable(),
  bot_id: z.string().nullable(),
  payload: deliveryPayloadOut,
  status: z.enum(deliveryStatuses),
  attempts: z.array(deliveryAttemptOut),
  reason: z.enum(noAttemptReasons).nullable(),
  next_attempt_at: timeOut().nullable(),
  created_at: timeOut(),
});

export const replayOut = z.object({
  replayed: z.int(),
  is_complete: z.boolean(),
});

export const showDelivery = (delivery: Delivery): z.output<typeof deliveryOut> => ({
  id: delivery.id,
  idempotency_key: delivery.idempotency_key,
  trigger: delivery.trigger,
  calendar_id: delivery.calendar_id,
  bot_id: delivery.bot_id,
  payload: JSON.parse(delivery.body) as Record<string, unknown>,
  status: delivery.status,
  attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: formatTimestamp(attempt.at) })),
  reason: delivery.reason,
  next_attempt_at: delivery.next_attempt_at && formatTimestamp(delivery.next_attempt_at),
  created_at: formatTimestamp(delivery.created_at),
});
