import type { WebhookPayload, WebhookTrigger } from '../notifications/notification.ts';
import { canonicalJson } from '../platform/canonical-json.ts';
import { deliveryIdOf } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Webhook } from './endpoint.ts';

/** Trigger of the delivery that `POST /webhooks/{id}/test` makes; no endpoint subscribes to it. */
export const testTrigger = 'webhook.test';
type DeliveryTrigger = WebhookTrigger | typeof testTrigger;

/** The body of a delivery before its encoding: that of a notification (docs/api-compatibility.md#webhook-requests), or of a test, which has no calendar. */
export type DeliveryPayload = Omit<WebhookPayload, 'calendar_id' | 'trigger'> & {
  calendar_id: string | null;
  trigger: DeliveryTrigger;
};

/**
 * `pending`: not tried yet, or asked for again. `delivered`: the endpoint took it. `failed`: it did not, another attempt
 * is due. `exhausted`: it did not, and none will come by itself.
 */
export const deliveryStatuses = ['pending', 'delivered', 'failed', 'exhausted'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** `failed`: attempted, and not taken. `missing`: those, and what was never attempted as the endpoint was stopped. */
export const replayChoices = ['failed', 'missing'] as const;
export type ReplayChoice = (typeof replayChoices)[number];

/** Whether a replay sends a delivery again. What waits for its first attempt comes anyhow. */
export const isReplayed = (only: ReplayChoice, { status, attempts }: Delivery): boolean =>
  (status === 'failed' || status === 'exhausted') && (only === 'missing' || attempts.length > 0);

export interface DeliveryAttempt {
  at: Timestamp;
  /** Null when no answer came. */
  status_code: number | null;
  duration_ms: number;
  /** The first 500 characters of the answer; null when none came. */
  response: string | null;
  /** Code of what went wrong before an answer came, such as `TIMEOUT`. */
  error: string | null;
}

/** What one endpoint is to be told, and how that went. */
export interface Delivery {
  id: string;
  webhook_id: string;
  project_id: string;
  idempotency_key: string;
  trigger: string;
  calendar_id: string | null;
  bot_id: string | null;
  /** The text that is sent, the same at every attempt: canonical JSON. */
  body: string;
  status: DeliveryStatus;
  /** Oldest first; of very many the latest. */
  attempts: DeliveryAttempt[];
  /** Attempts since the schedule began, which it does anew when a delivery is asked for again. */
  round: number;
  /** Why it is not tried (any more) although the schedule has steps left. */
  reason: 'endpoint_inactive' | null;
  /** Null once none will come by itself. */
  next_attempt_at: Timestamp | null;
  created_at: Timestamp;
  /** Seconds since the epoch; some time after it the row is gone. */
  expires_at: number;
  /** Grows with every write. */
  version: number;
}

/** Attempts a row keeps, of up to 500 characters of an answer each: four schedules' worth. */
const attemptsKept = 40;

/** Longer than a schedule can take, a receiver's wishes included. */
const roundSeconds = 14 * 86_400;
const secondsOf = (time: Timestamp): number => Math.floor(millisOf(time) / 1000);

export function newDelivery(
  { id, project_id }: Pick<Webhook, 'id' | 'project_id'>,
  payload: DeliveryPayload,
  createdAt: Timestamp,
  retentionDays: number,
): Delivery {
  return {
    id: deliveryIdOf(id, payload.idempotency_key),
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
    expires_at: secondsOf(createdAt) + retentionDays * 86_400,
    version: 1,
  };
}

/** No attempt will come, because the endpoint takes none; it stays readable, and can be replayed. */
export const giveUp = (delivery: Delivery): Delivery => ({
  ...delivery,
  status: 'exhausted',
  reason: 'endpoint_inactive',
  next_attempt_at: null,
});

/** Begins the schedule anew, under the same key. @param at when the first attempt is due */
export const askAgain = (delivery: Delivery, at: Timestamp): Delivery => ({
  ...delivery,
  status: 'pending',
  round: 0,
  reason: null,
  next_attempt_at: at,
  expires_at: Math.max(delivery.expires_at, secondsOf(at) + roundSeconds),
});

/**
 * Notes an attempt.
 *
 * @param delivery as stored
 * @param seen its version when the attempt began. Where another one has written since, an attempt that failed is noted
 *   and decides nothing: what the other one decided stands, be it a later attempt or a new schedule.
 * @param delayMs until the next attempt, of the schedule's next step; null when there is none
 */
export function noteAttempt(
  delivery: Delivery,
  seen: number,
  attempt: DeliveryAttempt,
  { taken, now, delayMs }: { taken: boolean; now: number; delayMs: number | null },
): Delivery {
  const noted = { ...delivery, attempts: [...delivery.attempts, attempt].slice(-attemptsKept) };
  if (taken) return { ...noted, status: 'delivered', reason: null, next_attempt_at: null };
  if (delivery.version !== seen) return noted;
  const round = delivery.round + 1;
  return delayMs === null
    ? { ...noted, round, status: 'exhausted', next_attempt_at: null }
    : { ...noted, round, status: 'failed', next_attempt_at: timestampOf(now + delayMs) };
}
