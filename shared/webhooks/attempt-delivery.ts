import { timestampOf } from '../platform/timestamp.ts';
import { makeAttempt, openSecrets } from './attempt.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { admitAttempt, type GateAnswer } from './circuit-breaker-store.ts';
import type { Delivery } from './delivery.ts';
import type { Webhook } from './endpoint.ts';
import { keepDelivery } from './schedule-delivery.ts';

/**
 * Milliseconds that a delivery waits here for room, when it comes for the first time and nobody knows its endpoint: as
 * soon as one attempt has been answered fast, all that came with it may go, too.
 */
const pauses = [60, 120, 240];

/** Longest that chance adds to a deferral. */
const longestSpread = 60;

/**
 * Attempts a delivery that is due at an endpoint that is active, when the endpoint has room for it; otherwise puts it off
 * a little, which is no attempt. A crash anywhere leaves it with its timer: it is attempted again, under the same key.
 *
 * @param deferrals how often it was put off in a row
 */
export async function attemptDelivery(
  deps: DeliverDeps,
  webhook: Webhook,
  delivery: Delivery,
  deferrals: number,
): Promise<void> {
  // Before a slot is taken, which would stay taken for its lease if this failed.
  const secrets = await openSecrets(deps, webhook);
  const answer = await askForRoom(deps, webhook, deferrals === 0 ? pauses : []);
  if (answer.kind === 'wait') return defer(deps, delivery, answer.until, deferrals);
  await makeAttempt(deps, webhook, delivery, { admission: answer.admission, secrets });
}

async function askForRoom(
  deps: DeliverDeps,
  webhook: Webhook,
  [pauseMs, ...others]: readonly number[],
): Promise<GateAnswer> {
  const { table, limits, clock, random, pause } = deps;
  const answer = await admitAttempt(table, webhook.id, limits, clock.now(), random);
  if (answer.kind === 'go' || answer.until !== null || pauseMs === undefined) return answer;
  await pause(pauseMs);
  return askForRoom(deps, webhook, others);
}

/** What waits for the same endpoint comes back spread out, the more so the longer it waits. */
async function defer(deps: DeliverDeps, delivery: Delivery, until: number | null, deferrals: number): Promise<void> {
  const now = deps.clock.now();
  const spreadMs = deps.random() * 1000 * Math.min(2 ** deferrals, longestSpread);
  const next_attempt_at = timestampOf(Math.ceil(Math.max(until ?? 0, now + 1000) + spreadMs));
  // Where someone else has written the delivery meanwhile, that stands.
  await keepDelivery(deps, { ...delivery, next_attempt_at }, Math.min(deferrals + 1, 10));
}
