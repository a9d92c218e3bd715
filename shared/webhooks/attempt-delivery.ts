import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { refusalOf } from './concurrency-limit.ts';
import type { Delivery } from './delivery.ts';
import type { Webhook } from './endpoint.ts';
import type { EndpointTraffic } from './endpoint-traffic.ts';
import { acquirePermit, readTraffic } from './endpoint-traffic-store.ts';
import { makeAttempt } from './make-attempt.ts';
import { openSecrets } from './open-secrets.ts';
import { postponeDelivery } from './postpone-delivery.ts';

/**
 * Attempts a due delivery of an active endpoint when it gets a permit, and while its project keeps no more workers busy
 * than its share. Otherwise it postpones the delivery a little, which does not count as an attempt. An endpoint that was
 * slow needs the share before the attempt begins, and a delivery that it has no room for writes nothing but its new time.
 * After a crash anywhere the delivery still has its timer, and is attempted again under the same key.
 *
 * @param deferrals how often the delivery was postponed in a row
 */
export async function attemptDelivery(
  deps: DeliverDeps,
  webhook: Webhook,
  delivery: Delivery,
  deferrals: number,
): Promise<void> {
  const traffic = await readTraffic(deps.table, webhook.id);
  const refusal = refusalOf(traffic, deps.limits, deps.clock.now());
  if (refusal) {
    await postponeDelivery(deps, delivery, { retryAt: refusal.retryAt, deferrals, traffic });
    return;
  }
  const isSlow = traffic.is_degraded === true;
  const outcome = await deps.share.run({ projectId: delivery.project_id, isSlow }, async (ended) => {
    // First, because a failure here would leave a lease in use until it ends.
    const secrets = await openSecrets(deps, webhook);
    // A burst waits here for the first answers: a fast one makes the endpoint healthy, and all may go.
    const answer = await waitForPermit(deps, webhook, traffic, deferrals === 0 ? webhookTimingMs.leasePauses : []);
    if (answer.kind === 'refused') return answer;
    const isMade = await makeAttempt(deps, webhook, delivery, { permit: answer.permit, secrets, ended });
    return isMade ? 'made' : null;
  });
  if (outcome !== 'made') {
    await postponeDelivery(deps, delivery, { retryAt: outcome?.retryAt ?? null, deferrals, traffic });
  }
}

/** @param seen the endpoint's traffic as it was read */
async function waitForPermit(
  deps: DeliverDeps,
  webhook: Webhook,
  seen: EndpointTraffic,
  [pauseMs, ...others]: readonly number[],
): ReturnType<typeof acquirePermit> {
  const { table, clock, pause } = deps;
  const answer = await acquirePermit(deps, webhook.id, seen, clock.now());
  if (answer.kind === 'acquired' || answer.retryAt !== null || pauseMs === undefined) return answer;
  await pause(pauseMs);
  return waitForPermit(deps, webhook, await readTraffic(table, webhook.id), others);
}
