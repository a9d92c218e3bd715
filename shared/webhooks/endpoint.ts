import type { WebhookTrigger } from '../notifications/notification.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';

/** Why Kalends itself stopped an endpoint. `gone`: it answered 410. `failing`: five days of nothing but failures. */
export const inactiveReasons = ['gone', 'failing'] as const;
export type InactiveReason = (typeof inactiveReasons)[number];

/** A sealed `whsec_…` text; one that was replaced signs beside its successor until it retires. */
export interface WebhookSecret {
  sealed: string;
  retires_at?: Timestamp | undefined;
}

/** An endpoint of a project's, to which notifications are sent. */
export interface Webhook {
  id: string;
  project_id: string;
  url: string;
  triggers: WebhookTrigger[];
  is_active: boolean;
  /** Null while it is active, and when its owner stopped it. */
  inactive_reason: InactiveReason | null;
  /** Null while it is active. */
  inactive_since: Timestamp | null;
  /** Newest first. */
  secrets: WebhookSecret[];
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** Endpoints a project may have: one query reads them all, and one notification is at most as many deliveries. */
export const maxWebhooks = 50;

/** How long a replaced secret still signs: the time to bring the new one to every receiver. */
const secretOverlapMs = 24 * 3_600_000;

export const wantsNotification = (webhook: Webhook, trigger: WebhookTrigger): boolean =>
  webhook.is_active && webhook.triggers.includes(trigger);

/** Whether an endpoint would get a notification had Kalends not stopped it: then it is kept for a replay. */
export const missesNotification = (webhook: Webhook, trigger: WebhookTrigger): boolean =>
  !webhook.is_active && webhook.inactive_reason !== null && webhook.triggers.includes(trigger);

/** Secrets that sign at a time, newest first. @param now milliseconds since the epoch */
export const signingSecrets = ({ secrets }: Pick<Webhook, 'secrets'>, now: number): string[] =>
  secrets
    .filter(({ retires_at }) => retires_at === undefined || millisOf(retires_at) > now)
    .map(({ sealed }) => sealed);

/** The secrets once a new one has come: those in use sign on for a day, and no longer for being replaced again. */
export const rotateSecrets = ({ secrets }: Pick<Webhook, 'secrets'>, sealed: string, now: number): WebhookSecret[] => [
  { sealed },
  ...secrets
    .filter(({ retires_at }) => retires_at === undefined || millisOf(retires_at) > now)
    .map((secret) => ({ ...secret, retires_at: secret.retires_at ?? timestampOf(now + secretOverlapMs) })),
];
