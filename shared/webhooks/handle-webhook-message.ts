import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { handleDelivery } from './handle-delivery.ts';
import { purgeWebhook } from './purge-webhook.ts';
import { replayDeliveries } from './replay-deliveries.ts';
import type { ReplayMessage, WebhookMessage } from './webhook-queue.ts';

/**
 * Handles a message of the webhook queue.
 *
 * @param remainingMs until the function's time-out
 * @throws when the queue has to bring the message again
 */
export async function handleWebhookMessage(
  deps: DeliverDeps,
  message: WebhookMessage,
  remainingMs: () => number,
): Promise<void> {
  const mayGoOn = (): boolean => remainingMs() > webhookTimingMs.jobReserve;
  switch (message.kind) {
    case 'delivery':
      return handleDelivery(deps, message);
    case 'replay':
      return continueReplay(deps, message, mayGoOn);
    case 'purge':
      return purgeWebhook(deps, message, mayGoOn);
  }
}

async function continueReplay(deps: DeliverDeps, message: ReplayMessage, mayGoOn: () => boolean): Promise<void> {
  const { position } = await replayDeliveries(deps, message, mayGoOn);
  if (position !== null) await deps.queue.send([{ message: { ...message, position }, projectId: message.project_id }]);
}
