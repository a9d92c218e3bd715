import type { WebhookTrigger } from '../notifications/notification.ts';
import { isSubscribed, type Webhook } from './endpoint.ts';

/** `record_as_missed`: stored without an attempt, for a replay once the endpoint is active again. */
export type FanOutDecision = 'deliver' | 'record_as_missed' | 'ignore';

/**
 * What happens to a notification at an endpoint. An endpoint that Kalends disabled misses it; one that its owner
 * deactivated does not want it.
 */
export function decideFanOut(webhook: Webhook, trigger: WebhookTrigger): FanOutDecision {
  if (isSubscribed(webhook, trigger)) return 'deliver';
  const isDisabled = !webhook.is_active && webhook.inactive_reason !== null;
  return isDisabled && webhook.triggers.includes(trigger) ? 'record_as_missed' : 'ignore';
}
