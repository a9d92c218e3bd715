import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { requireActive, type Webhook } from './endpoint.ts';
import { type Replay, replayDeliveries } from './replay-deliveries.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** Deliveries that a request sends again before it answers. */
const replayedInRequest = 500;

/**
 * Sends what an endpoint missed again. The request does a part that fits; the webhook queue continues with the rest.
 *
 * @returns how many deliveries it has sent again so far, and whether these are all
 * @throws AppError 400 when the endpoint is not active
 */
export async function startReplay(
  deps: WebhookDeps,
  webhook: Webhook,
  { since, only }: Pick<Replay, 'since' | 'only'>,
): Promise<{ replayed: number; is_complete: boolean }> {
  requireActive(webhook);
  const { clock, queue } = deps;
  const started = clock.now();
  const replay: Replay = { webhook_id: webhook.id, since, until: clock.stamp(), only, position: null };
  const { replayed, position } = await replayDeliveries(
    deps,
    replay,
    (count) => count < replayedInRequest && clock.now() - started < webhookTimingMs.replayInRequest,
  );
  if (position === null) return { replayed, is_complete: true };
  const { project_id } = webhook;
  await queue.send([{ message: { kind: 'replay', project_id, ...replay, position }, projectId: project_id }]);
  return { replayed, is_complete: false };
}
