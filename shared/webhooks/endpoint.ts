import * as z from 'zod';
import {
  tickTriggers,
  type WebhookPayload,
  type WebhookTrigger,
  webhookTriggers,
} from '../notifications/notification.ts';
import { AppError } from '../platform/app-error.ts';
import { idOf } from '../platform/ids.ts';
import { type Sealed, sealedText } from '../platform/sealed.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

/** Why Kalends disabled an endpoint. `gone`: it answered 410. `failing`: it did nothing but fail for five days. */
export const inactiveReasons = ['gone', 'failing'] as const;
export type InactiveReason = (typeof inactiveReasons)[number];

/** What an endpoint may subscribe to: triggers, all of a group, or all. */
export const triggerChoices = [...webhookTriggers, 'calendar.*', 'event.*', 'bot.*', '*'] as const;
type TriggerChoice = (typeof triggerChoices)[number];

/**
 * Narrows an endpoint to some calendars, and to metadata that a calendar or bot must have. Both must fit where both are
 * given. It is stored as text: metadata may have an empty key, which a map of DynamoDB may not.
 */
const storedFilter = z.object({
  calendar_ids: z.array(z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type WebhookFilter = z.output<typeof storedFilter>;

/** A webhook endpoint of a project: notifications are sent to its URL. */
export const storedWebhook = z.object({
  id: idOf('webhook'),
  project_id: z.string(),
  url: z.string(),
  triggers: z.array(z.enum(triggerChoices)),
  /** Null: notifications about every calendar and bot of the project. */
  filter: jsonText(storedFilter).nullable().default(null),
  /** For `event.starting` so long before the start, for `event.ended` so long after the end. */
  offsets_minutes: z.array(z.number()).default([0]),
  is_active: z.boolean(),
  /** Null while the endpoint is active, and when its owner deactivated it. */
  inactive_reason: z.enum(inactiveReasons).nullable(),
  /** Null while the endpoint is active. */
  inactive_since: storedTimestamp.nullable().default(null),
  /** Sealed `whsec_…` texts, newest first. A replaced secret signs beside the new one until it retires. */
  secrets: z.array(z.object({ sealed: sealedText, retires_at: storedTimestamp.optional() })).min(1),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});
export type Webhook = z.output<typeof storedWebhook>;

type Narrowed = Pick<WebhookPayload, 'trigger' | 'calendar_id' | 'calendar_metadata' | 'bot_metadata' | 'data'>;

/** Does an endpoint want a notification, active or not? */
export const isSubscribed = (
  webhook: Pick<Webhook, 'triggers' | 'filter' | 'offsets_minutes'>,
  payload: Narrowed,
): boolean =>
  wantsTrigger(webhook, payload.trigger) &&
  (webhook.filter === null || fits(webhook.filter, payload)) &&
  (!isTick(payload) || webhook.offsets_minutes.some((offset) => offset === payload.data['offset_minutes']));

export const wantsTrigger = ({ triggers }: Pick<Webhook, 'triggers'>, trigger: WebhookTrigger): boolean =>
  triggers.some((choice) => includesTrigger(choice, trigger));

const isTick = ({ trigger }: Narrowed): boolean => tickTriggers.some((one) => one === trigger);

const includesTrigger = (choice: TriggerChoice, trigger: WebhookTrigger): boolean =>
  choice.endsWith('*') ? trigger.startsWith(choice.slice(0, -1)) : choice === trigger;

function fits({ calendar_ids, metadata }: WebhookFilter, payload: Narrowed): boolean {
  if (calendar_ids && !calendar_ids.includes(payload.calendar_id ?? '')) return false;
  const has = (given: Record<string, string> | null | undefined): boolean =>
    Object.entries(metadata ?? {}).every(([key, value]) => given?.[key] === value);
  return has(payload.calendar_metadata) || has(payload.bot_metadata);
}

/** @throws AppError 400 when the endpoint is not active */
export function requireActive({ is_active }: Webhook): void {
  if (!is_active) throw new AppError('refused', 'The webhook is not active.');
}

/** Signatures of a request: many rotations in a row must not make its header grow. */
const mostSignatures = 2;

/** The sealed secrets that sign now, newest first. @param now milliseconds since the epoch */
export const signingSecrets = ({ secrets }: Pick<Webhook, 'secrets'>, now: number): Sealed[] =>
  secrets
    .filter(({ retires_at }) => retires_at === undefined || millisOf(retires_at) > now)
    .slice(0, mostSignatures)
    .map(({ sealed }) => sealed);

/** When the secret in use retires after a rotation: a day later, or at once because it has leaked. */
export const retirements = ['now'] as const;
export type Retirement = (typeof retirements)[number] | undefined;

/** The secrets after a new one was added: it and its predecessor, which signs beside it for a day, or no longer. */
export const rotateSecrets = (
  { secrets }: Pick<Webhook, 'secrets'>,
  sealed: Sealed,
  now: number,
  retireOld?: Retirement,
): Webhook['secrets'] => {
  const retires_at = timestampOf(now + webhookTimingMs.secretOverlap);
  const predecessor = retireOld === 'now' ? [] : secrets.slice(0, 1);
  return [{ sealed }, ...predecessor.map((secret) => ({ ...secret, retires_at }))];
};
