import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { signingSecrets, type Webhook } from './endpoint.ts';

/** Secrets of an endpoint as text, newest first. */
export type Secrets = [string, ...string[]];

/** @throws what the key service throws, or when a secret was sealed for another endpoint */
export async function openSecrets(
  { envelope, clock }: { envelope: Pick<Envelope, 'open'>; clock: Pick<Clock, 'now'> },
  webhook: Webhook,
): Promise<Secrets> {
  const { project_id: project, id: owner } = webhook;
  const [newest, ...older] = await Promise.all(
    signingSecrets(webhook, clock.now()).map((sealed) => envelope.open({ purpose: 'webhook', project, owner }, sealed)),
  );
  if (newest === undefined) throw new Error('a webhook without a secret');
  return [newest, ...older];
}
