import type { RequestListener } from 'node:http';
import type { Context } from 'aws-lambda';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeliverWebhook } from '../../../functions/deliver-webhook/deliver-webhook.ts';
import type { Webhook } from '../../../shared/domain/webhook.ts';
import { createWebhookQueue } from '../../../shared/messaging/webhook-queue.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { createPostWebhook } from '../../../shared/webhooks/post-webhook.ts';
import { createFact, createTestWebhook, plainEnvelope, receive, secret } from '../../support/webhook-fixtures.ts';
import { say, startReceiver } from './start-receiver.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** Receivers, one per endpoint, and a queue of bodies that is worked until only failures are left in it. */
async function createWorld(answers: RequestListener[]) {
  const receivers = await Promise.all(answers.map(startReceiver));
  closers.push(...receivers.map(({ close }) => close));
  const webhooks = receivers.map(({ url }, index) => createTestWebhook({ id: `webhook_${index}`, url }));
  const pending: string[] = [];
  const send = ({ input }: { input: { Entries?: { MessageBody: string }[] } }) => {
    pending.push(...(input.Entries ?? []).map(({ MessageBody }) => MessageBody));
    return Promise.resolve({});
  };
  const silent = () => undefined;
  const deliver = createDeliverWebhook({
    listWebhooks: () => Promise.resolve(webhooks),
    findWebhook: (_projectId, id) => Promise.resolve(webhooks.find((webhook) => webhook.id === id) ?? null),
    deactivateWebhook: ({ id }, inactive_reason, updated_at) => {
      const index = webhooks.findIndex((webhook) => webhook.id === id);
      webhooks[index] = { ...(webhooks[index] as Webhook), is_active: false, inactive_reason, updated_at };
      return Promise.resolve();
    },
    queue: createWebhookQueue({ send } as never, 'https://queue'),
    envelope: plainEnvelope,
    post: createPostWebhook({ allowLoopback: true, ports: [443], timeoutMs: 300, resolve: () => Promise.resolve([]) }),
    userAgent: 'Kalends/1.0.0',
    clock: createClock(),
    logger: { addContext: silent, info: silent, warn: silent, error: silent },
    random: () => 0,
  });
  const announce = async (fact = createFact()): Promise<string[]> => {
    pending.push(JSON.stringify({ source: 'kalends', detail: fact }));
    const failed: string[] = [];
    for (let body = pending.shift(); body !== undefined; body = pending.shift()) {
      const { batchItemFailures } = await deliver(receive([body]), {} as Context);
      if (batchItemFailures.length > 0) failed.push(body);
    }
    pending.push(...failed);
    return failed;
  };
  return { announce, receivers, webhooks };
}

describe('delivering a webhook', () => {
  it('reaches the endpoint once, signed in both schemes over the bytes that arrive', async () => {
    const { announce, receivers } = await createWorld([say(200)]);
    const fact = createFact();
    expect(await announce(fact)).toEqual([]);
    const received = receivers[0]?.received ?? [];
    expect(received).toHaveLength(1);
    const { body, headers } = received[0] as (typeof received)[number];
    expect(new StandardWebhook(secret).verify(body, headers as Record<string, string>)).toEqual(fact.payload);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Kalends/1.0.0',
      'x-webhook-signature': expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string,
    });
  });

  it('reaches each endpoint whatever becomes of the others', async () => {
    const hang: RequestListener = () => undefined;
    const { announce, receivers } = await createWorld([
      hang,
      say(500),
      say(200),
      say(302, { location: '/' }),
      say(204),
    ]);
    const failed = await announce();
    expect(receivers.map(({ received }) => received.length)).toEqual([1, 1, 1, 1, 1]);
    expect(failed.map((body) => (JSON.parse(body) as { webhook_id: string }).webhook_id)).toEqual([
      'webhook_0',
      'webhook_1',
      'webhook_3',
    ]);
  });

  it('ends at an endpoint that answers 410, and goes on at the others', async () => {
    const { announce, receivers, webhooks } = await createWorld([say(410), say(200)]);
    expect(await announce()).toEqual([]);
    expect(webhooks[0]).toMatchObject({ is_active: false, inactive_reason: 'gone' });
    expect(await announce()).toEqual([]);
    expect(receivers.map(({ received }) => received.length)).toEqual([1, 2]);
  });
});
