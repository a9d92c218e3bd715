import type { AttemptDeps } from './attempt-deps.ts';
import { fastMs } from './circuit-breaker.ts';
import { type Admission, distrust } from './circuit-breaker-store.ts';
import { settleAttempt } from './complete-attempt.ts';
import type { Delivery } from './delivery.ts';
import { signingSecrets, type Webhook } from './endpoint.ts';
import type { WebhookAnswer } from './post-webhook.ts';
import { signWebhook } from './sign.ts';

/** A webhook's secrets as text, the newest first. */
export type Secrets = [string, ...string[]];

/** Makes an attempt that has been admitted, and draws the conclusions from it. */
export async function makeAttempt(
  deps: AttemptDeps,
  webhook: Webhook,
  delivery: Delivery,
  { admission, secrets }: { admission: Admission; secrets: Secrets },
): Promise<void> {
  const startedAt = deps.clock.now();
  const outcome = await send(deps, webhook, delivery, secrets, admission);
  await settleAttempt(deps, webhook, delivery, admission, { ...outcome, startedAt });
}

async function send(
  { table, clock, post, userAgent, logger }: AttemptDeps,
  { id, url }: Webhook,
  delivery: Delivery,
  secrets: Secrets,
  { isDistrusted }: Admission,
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
    if (!isDistrusted) told = tell();
  }, fastMs);
  const answer = await post(url, { 'content-type': 'application/json', 'user-agent': userAgent, ...signatures }, body);
  clearTimeout(timer);
  await told;
  return answer;
}

/** @throws what the key service throws, or when a secret is another endpoint's */
export async function openSecrets({ envelope, clock }: AttemptDeps, webhook: Webhook): Promise<Secrets> {
  const { project_id: project, id: owner } = webhook;
  const texts = await Promise.all(
    signingSecrets(webhook, clock.now()).map((sealed) => envelope.open({ purpose: 'webhook', project, owner }, sealed)),
  );
  const [newest, ...older] = texts;
  if (newest === undefined) throw new Error('a webhook without a secret');
  return [newest, ...older];
}
