import type { WebhookPayload } from '../notifications/notification.ts';
import { isSubscribed, type Webhook } from './endpoint.ts';

/** `record_as_missed`: stored without an attempt, for a replay once the endpoint is active again. */
export type FanOutDecision = 'deliver' | 'record_as_missed' | 'ignore';

/**
 * What happens to a notification at an endpoint. An inactive endpoint misses it, for whatever reason it is inactive.
 */
export function decideFanOut(webhook: Webhook, payload: WebhookPayload): FanOutDecision {
  if (!isSubscribed(webhook, payload)) return 'ignore';
  return webhook.is_active ? 'deliver' : 'record_as_missed';
}
