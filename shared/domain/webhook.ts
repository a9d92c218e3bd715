import type { WebhookTrigger } from './fact.ts';
import type { Timestamp } from './timestamp.ts';

/** Why Kalends itself stopped an endpoint. `gone`: it answered 410. */
export const inactiveReasons = ['gone'] as const;
export type InactiveReason = (typeof inactiveReasons)[number];

/** An endpoint of a project's, to which facts are sent. */
export interface Webhook {
  id: string;
  project_id: string;
  url: string;
  triggers: WebhookTrigger[];
  is_active: boolean;
  inactive_reason: InactiveReason | null;
  /** Sealed `whsec_…` texts, newest first: every one of them signs. */
  secrets: { sealed: string }[];
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** Endpoints a project may have: one query reads them all, and one fact is at most as many messages. */
export const maxWebhooks = 50;

export const wantsFact = (webhook: Webhook, trigger: WebhookTrigger): boolean =>
  webhook.is_active && webhook.triggers.includes(trigger);
