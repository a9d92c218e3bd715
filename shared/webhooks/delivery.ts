import * as z from 'zod';
import type { WebhookPayload, WebhookTrigger } from '../notifications/notification.ts';
import { canonicalJson } from '../platform/canonical-json.ts';
import { type DeliveryId, deliveryIdOf, type WebhookId } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Webhook } from './endpoint.ts';

/** Trigger of the delivery that `POST /webhooks/{id}/test` creates. No endpoint subscribes to it. */
export const testTrigger = 'webhook.test';
type DeliveryTrigger = WebhookTrigger | typeof testTrigger;

/**
 * The body of a delivery before it is encoded: a notification's (docs/api-compatibility.md#webhook-requests), or a
 * test's, which has no calendar.
 */
export type DeliveryPayload = Omit<WebhookPayload, 'calendar_id' | 'trigger'> & {
  calendar_id: string | null;
  trigger: DeliveryTrigger;
};

/**
 * `pending`: not attempted yet, or sent again on request. `delivered`: the endpoint accepted it. `failed`: it did not,
 * and another attempt is due. `exhausted`: it did not, and no attempt will follow by itself. `skipped`: it was never
 * attempted, because the owner had switched the endpoint off, or because too many others waited for the endpoint.
 */
export const deliveryStatuses = ['pending', 'delivered', 'failed', 'exhausted', 'skipped'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Why no attempt follows. `too_many_waiting`: as many deliveries as may wait for the endpoint did so. */
export const noAttemptReasons = ['endpoint_inactive', 'too_many_waiting'] as const;
type NoAttemptReason = (typeof noAttemptReasons)[number];

export const storedAttempt = z.object({
  at: storedTimestamp,
  /** Null when there was no answer. */
  status_code: z.number().nullable(),
  duration_ms: z.number(),
  /** The first 500 characters of the answer; null when there was none. */
  response: z.string().nullable(),
  /** What went wrong beside the status: a code such as `TIMEOUT`, an explained parser error, the `Location` of a redirect. */
  error: z.string().nullable(),
});
export type DeliveryAttempt = z.output<typeof storedAttempt>;

/** A notification on its way to one endpoint, and the log of its attempts. */
export interface Delivery {
  id: DeliveryId;
  webhook_id: WebhookId;
  project_id: string;
  idempotency_key: string;
  trigger: string;
  calendar_id: string | null;
  bot_id: string | null;
  /** The text that is sent, the same at every attempt: canonical JSON. */
  body: string;
  status: DeliveryStatus;
  /** Oldest first; only the latest when there are very many. */
  attempts: DeliveryAttempt[];
  /** Attempts since the retry schedule began. It begins again when the delivery is sent again on request. */
  round: number;
  /** Why no attempt follows although the schedule has steps left. */
  reason: NoAttemptReason | null;
  /** Null when no attempt will follow by itself. */
  next_attempt_at: Timestamp | null;
  /** The time of its notification: a part of its id. */
  created_at: Timestamp;
  /** Seconds since the epoch. DynamoDB deletes the row some time later. */
  expires_at: number;
  /** Counted among the deliveries that wait for the endpoint (`waiting` of its traffic). */
  is_counted?: true | undefined;
  /** 0 for a delivery that is not stored yet. Grows with every write. */
  version: number;
}

/** Attempts that a row stores, each with up to 500 characters of an answer: those of four schedules. */
const attemptsStored = 40;

const secondsOf = (time: Timestamp): number => Math.floor(millisOf(time) / 1000);

/**
 * A delivery whose first attempt is due at its creation.
 *
 * @param createdAt the time of the notification, the same whenever it comes again
 * @param now milliseconds since the epoch: a notification may have waited in its queue for days
 */
export function newDelivery(
  { id, project_id }: Pick<Webhook, 'id' | 'project_id'>,
  payload: DeliveryPayload,
  createdAt: Timestamp,
  retentionDays: number,
  now = millisOf(createdAt),
): Delivery {
  return {
    id: deliveryIdOf(id, payload.idempotency_key, createdAt),
    webhook_id: id,
    project_id,
    idempotency_key: payload.idempotency_key,
    trigger: payload.trigger,
    calendar_id: payload.calendar_id,
    bot_id: payload.bot_id ?? null,
    body: canonicalJson(payload),
    status: 'pending',
    attempts: [],
    round: 0,
    reason: null,
    next_attempt_at: createdAt,
    created_at: createdAt,
    expires_at: Math.floor(now / 1000) + retentionDays * 86_400,
    version: 0,
  };
}

/** Was nothing done with this delivery since it was created? */
export const isUntouched = ({ status, attempts }: Delivery): boolean => status === 'pending' && attempts.length === 0;

/** A delivery that its endpoint misses because it is inactive. It stays readable, and a replay sends it. */
export const missDelivery = (delivery: Delivery, { inactive_reason }: Pick<Webhook, 'inactive_reason'>): Delivery => ({
  ...delivery,
  status: inactive_reason === null && delivery.attempts.length === 0 ? 'skipped' : 'exhausted',
  reason: 'endpoint_inactive',
  next_attempt_at: null,
  is_counted: undefined,
});

/** A new delivery for which too many others wait. It stays readable, and a replay of what is missing sends it. */
export const skipDelivery = (delivery: Delivery): Delivery => ({
  ...delivery,
  status: 'skipped',
  reason: 'too_many_waiting',
  next_attempt_at: null,
});

/** What a change of a delivery adds to the number of those that wait for its endpoint. */
export const waitingChange = (before: Pick<Delivery, 'is_counted'>, after: Pick<Delivery, 'is_counted'>): number =>
  Number(after.is_counted ?? false) - Number(before.is_counted ?? false);

/** Begins the retry schedule again, under the same key. @param at when the first attempt is due */
export const restartDelivery = (delivery: Delivery, at: Timestamp): Delivery => ({
  ...delivery,
  status: 'pending',
  round: 0,
  reason: null,
  next_attempt_at: at,
  expires_at: Math.max(delivery.expires_at, secondsOf(at) + webhookTimingMs.redeliveredRetention / 1000),
});

/**
 * Adds an attempt to a delivery, with what follows from it.
 *
 * @param delivery as stored
 * @param seen its version when the attempt began. When another writer has stored it since then, a failed attempt is
 *   logged and changes nothing else: the other writer's decision stands.
 * @param delayMs until the next attempt; null when the schedule has no further step
 */
export function recordAttempt(
  delivery: Delivery,
  seen: number,
  attempt: DeliveryAttempt,
  { accepted, now, delayMs }: { accepted: boolean; now: number; delayMs: number | null },
): Delivery {
  const logged = { ...delivery, attempts: [...delivery.attempts, attempt].slice(-attemptsStored) };
  if (accepted) return { ...logged, status: 'delivered', reason: null, next_attempt_at: null, is_counted: undefined };
  if (delivery.version !== seen) return logged;
  const round = delivery.round + 1;
  if (delayMs === null) return { ...logged, round, status: 'exhausted', next_attempt_at: null, is_counted: undefined };
  return { ...logged, round, status: 'failed', next_attempt_at: timestampOf(now + delayMs), is_counted: true };
}
