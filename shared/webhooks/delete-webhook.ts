import { timestampOf } from '../platform/timestamp.ts';
import type { Webhook } from './endpoint.ts';
import { deleteWebhook as removeWebhook } from './endpoint-store.ts';
import { purgeWebhook } from './purge-webhook.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** The request answers within this time even if deliveries are left; the webhook queue's purge takes the rest. */
const patienceMs = 10_000;

/** Should the message to the purge be lost, a timer sends another. */
const purgeDueMs = 5 * 60_000;

/** Deletes an endpoint: it gets nothing any more, and its deliveries go. @returns false when it was deleted already */
export async function deleteWebhook(deps: WebhookDeps, webhook: Webhook): Promise<boolean> {
  const { table, clock } = deps;
  const started = clock.now();
  if (!(await removeWebhook(table, webhook, clock.stamp(), timestampOf(started + purgeDueMs)))) return false;
  await purgeWebhook(deps, webhook.id, () => clock.now() - started < patienceMs);
  return true;
}
