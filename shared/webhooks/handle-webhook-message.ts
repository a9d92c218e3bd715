import type { DeliverDeps } from './attempt-deps.ts';
import { workDelivery } from './handle-delivery.ts';
import { purgeWebhook } from './purge-webhook.ts';
import { replayDeliveries } from './replay-deliveries.ts';
import type { ReplayMessage, WebhookMessage } from './webhook-queue.ts';

/** Long jobs stop this much before the function's time is up, and go on with another message. */
const reserveMs = 10_000;

/** Works a message of the webhook queue. @throws when it is to be worked again */
export async function workWebhookMessage(
  deps: DeliverDeps,
  message: WebhookMessage,
  remainingMs: () => number,
): Promise<void> {
  const mayGoOn = (): boolean => remainingMs() > reserveMs;
  switch (message.kind) {
    case 'delivery':
      return workDelivery(deps, message);
    case 'replay':
      return workReplay(deps, message, mayGoOn);
    case 'purge':
      return purgeWebhook(deps, message.webhook_id, mayGoOn);
  }
}

async function workReplay(deps: DeliverDeps, message: ReplayMessage, mayGoOn: () => boolean): Promise<void> {
  const { position } = await replayDeliveries(deps, message, mayGoOn);
  if (position !== null) await deps.queue.send([{ message: { ...message, position } }]);
}
