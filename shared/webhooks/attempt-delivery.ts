import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import type { Delivery } from './delivery.ts';
import type { Webhook } from './endpoint.ts';
import { acquirePermit, readTraffic } from './endpoint-traffic-store.ts';
import { makeAttempt } from './make-attempt.ts';
import { openSecrets } from './open-secrets.ts';
import { scheduleDelivery } from './schedule-delivery.ts';

/** Larger counts make no difference to the jitter. */
const mostDeferrals = 10;

/**
 * Attempts a due delivery of an active endpoint when it gets a permit, and while its project keeps no more workers busy
 * than its share. Otherwise it postpones the delivery a little, which does not count as an attempt. After a crash anywhere the delivery still has its timer, and is attempted again
 * under the same key.
 *
 * @param deferrals how often the delivery was postponed in a row
 */
export async function attemptDelivery(
  deps: DeliverDeps,
  webhook: Webhook,
  delivery: Delivery,
  deferrals: number,
): Promise<void> {
  const outcome = await deps.share.run(delivery.project_id, async (ended) => {
    // First, because a failure here would leave a lease in use until it ends.
    const secrets = await openSecrets(deps, webhook);
    // A burst waits here for the first answers: a fast one makes the endpoint healthy, and all may go.
    const answer = await waitForPermit(deps, webhook, deferrals === 0 ? webhookTimingMs.leasePauses : []);
    if (answer.kind === 'refused') return answer;
    const isMade = await makeAttempt(deps, webhook, delivery, { permit: answer.permit, secrets, ended });
    return isMade ? 'made' : null;
  });
  if (outcome !== 'made') await defer(deps, delivery, outcome?.retryAt ?? null, deferrals);
}

async function waitForPermit(
  deps: DeliverDeps,
  webhook: Webhook,
  [pauseMs, ...others]: readonly number[],
): ReturnType<typeof acquirePermit> {
  const { table, clock, pause } = deps;
  const answer = await acquirePermit(deps, webhook.id, await readTraffic(table, webhook.id), clock.now());
  if (answer.kind === 'acquired' || answer.retryAt !== null || pauseMs === undefined) return answer;
  await pause(pauseMs);
  return waitForPermit(deps, webhook, others);
}

/** Deliveries that wait for the same endpoint are spread, the more the longer they wait. */
async function defer(deps: DeliverDeps, delivery: Delivery, retryAt: number | null, deferrals: number): Promise<void> {
  const now = deps.clock.now();
  const jitterMs = deps.random() * Math.min(1000 * 2 ** deferrals, webhookTimingMs.longestDeferralJitter);
  const next_attempt_at = timestampOf(Math.ceil(Math.max(retryAt ?? 0, now + 1000) + jitterMs));
  // When another writer has stored the delivery since, its decision stands.
  await scheduleDelivery(deps, { ...delivery, next_attempt_at }, Math.min(deferrals + 1, mostDeferrals));
}
