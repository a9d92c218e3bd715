import * as z from 'zod';
import { type WebhookTrigger, webhookTriggers } from '../notifications/notification.ts';
import { AppError } from '../platform/app-error.ts';
import { idOf } from '../platform/ids.ts';
import { type Sealed, sealedText } from '../platform/sealed.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { storedTimestamp } from '../store/stored-values.ts';

/** Why Kalends disabled an endpoint. `gone`: it answered 410. `failing`: it did nothing but fail for five days. */
export const inactiveReasons = ['gone', 'failing'] as const;
export type InactiveReason = (typeof inactiveReasons)[number];

/** A webhook endpoint of a project: notifications are sent to its URL. */
export const storedWebhook = z.object({
  id: idOf('webhook'),
  project_id: z.string(),
  url: z.string(),
  triggers: z.array(z.enum(webhookTriggers)),
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

export const isSubscribed = (webhook: Webhook, trigger: WebhookTrigger): boolean =>
  webhook.is_active && webhook.triggers.includes(trigger);

/** @throws AppError 400 when the endpoint is not active */
export function requireActive({ is_active }: Webhook): void {
  if (!is_active) throw new AppError('refused', 'The webhook is not active.');
}

/** The sealed secrets that sign now, newest first. @param now milliseconds since the epoch */
export const signingSecrets = ({ secrets }: Pick<Webhook, 'secrets'>, now: number): Sealed[] =>
  secrets
    .filter(({ retires_at }) => retires_at === undefined || millisOf(retires_at) > now)
    .map(({ sealed }) => sealed);

/**
 * The secrets after a new one was added. Secrets in use retire a day later. A secret that was replaced before retires on
 * its first date.
 */
export const rotateSecrets = (
  { secrets }: Pick<Webhook, 'secrets'>,
  sealed: Sealed,
  now: number,
): Webhook['secrets'] => [
  { sealed },
  ...secrets
    .filter(({ retires_at }) => retires_at === undefined || millisOf(retires_at) > now)
    .map((secret) => ({
      ...secret,
      retires_at: secret.retires_at ?? timestampOf(now + webhookTimingMs.secretOverlap),
    })),
];
