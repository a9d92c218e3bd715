import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { Webhook } from './endpoint.ts';
import { deleteWebhook as removeWebhook } from './endpoint-store.ts';
import { purgeWebhook } from './purge-webhook.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Deletes an endpoint with its deliveries. The request purges what it can in time, the webhook queue the rest. A timer
 * ends it, also in case of a crash.
 *
 * @returns false when the endpoint was deleted already
 */
export async function deleteWebhook(deps: WebhookDeps, webhook: Webhook): Promise<boolean> {
  const { table, clock } = deps;
  const started = clock.now();
  if (!(await removeWebhook(table, webhook, clock.stamp(), timestampOf(started + webhookTimingMs.purgeTimer))))
    return false;
  await purgeWebhook(
    deps,
    { project_id: webhook.project_id, webhook_id: webhook.id, is_last: false },
    () => clock.now() - started < webhookTimingMs.purgeInRequest,
  );
  return true;
}
