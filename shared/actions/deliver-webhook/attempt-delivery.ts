import type { Delivery } from '../../domain/delivery.ts';
import { fastMs } from '../../domain/endpoint-health.ts';
import { timestampOf } from '../../domain/timestamp.ts';
import { signingSecrets, type Webhook } from '../../domain/webhook.ts';
import { type Admission, admitAttempt, distrust, type GateAnswer } from '../../store/gate-store.ts';
import type { WebhookAnswer } from '../../webhooks/post-webhook.ts';
import { signWebhook } from '../../webhooks/sign-webhook.ts';
import { keepDelivery } from '../webhooks/keep-delivery.ts';
import type { DeliverDeps } from './deliver-deps.ts';
import { settleAttempt } from './settle-attempt.ts';

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
  const { clock } = deps;
  const secrets = await openSecrets(deps, webhook);
  const answer = await askForRoom(deps, webhook, deferrals === 0 ? pauses : []);
  if (answer.kind === 'wait') return defer(deps, delivery, answer.until, deferrals);
  const startedAt = clock.now();
  const outcome = await send(deps, webhook, delivery, secrets, answer.admission);
  await settleAttempt(deps, webhook, delivery, answer.admission, { ...outcome, startedAt });
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

async function send(
  { table, clock, post, userAgent, logger }: DeliverDeps,
  { id, url }: Webhook,
  delivery: Delivery,
  secrets: [string, ...string[]],
  { slot }: Admission,
): Promise<WebhookAnswer> {
  const body = Buffer.from(delivery.body);
  const signatures = signWebhook({ id: delivery.idempotency_key, now: clock.now(), body }, secrets);
  // Others need not wait for the end of an attempt to learn that the endpoint has become slow.
  let told: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    try {
      await distrust(table, id);
    } catch (error) {
      logger.error('slow endpoint not noted', { webhook_id: id, error: error as Error });
    }
  };
  const timer = setTimeout(() => {
    if (slot === null) told = tell();
  }, fastMs);
  const answer = await post(url, { 'content-type': 'application/json', 'user-agent': userAgent, ...signatures }, body);
  clearTimeout(timer);
  await told;
  return answer;
}

async function openSecrets({ envelope, clock }: DeliverDeps, webhook: Webhook): Promise<[string, ...string[]]> {
  const { project_id: project, id: owner } = webhook;
  const texts = await Promise.all(
    signingSecrets(webhook, clock.now()).map((sealed) => envelope.open({ purpose: 'webhook', project, owner }, sealed)),
  );
  const [newest, ...older] = texts;
  if (newest === undefined) throw new Error('a webhook without a secret');
  return [newest, ...older];
}
