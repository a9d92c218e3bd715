import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { listDeliveries } from '../../../shared/webhooks/delivery-list-store.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import { findWebhook, insertWebhook, replaceWebhook } from '../../../shared/webhooks/endpoint-store.ts';
import { markDegraded } from '../../../shared/webhooks/endpoint-traffic-store.ts';
import { createPostWebhook } from '../../../shared/webhooks/post-webhook.ts';
import { createRateBudget } from '../../../shared/webhooks/rate-budget.ts';
import { createTrafficMemory } from '../../../shared/webhooks/traffic-memory.ts';
import { workNotificationQueue } from '../../../shared/webhooks/work-notification-queue.ts';
import { type WebhookQueueDeps, workWebhookQueue } from '../../../shared/webhooks/work-webhook-queue.ts';
import { readDeliveryRows } from '../../support/read-deliveries.ts';
import { useStack } from '../../support/use-stack.ts';
import {
  createNotification,
  createPublicationTimes,
  createTestWebhook,
  plainEnvelope,
  receive,
  secret,
} from '../../support/webhook-fixtures.ts';
import { wholeShare } from '../../support/whole-share.ts';
import { say, startReceiver } from './start-receiver.ts';

const stack = useStack();

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** Receivers, an endpoint for each, and both functions that deliver: inline, and by a message. Delayed ones are dropped. */
async function createWorld(answers: RequestListener[]) {
  const projectId = randomId('proj');
  const receivers = await Promise.all(answers.map(startReceiver));
  closers.push(...receivers.map(({ close }) => close));
  const webhooks = receivers.map(({ url }) =>
    createTestWebhook({ id: randomId('webhook'), project_id: projectId, url }),
  );
  for (const webhook of webhooks) await insertWebhook(stack.table, webhook);
  const log: { level: string; message: string; fields: unknown }[] = [];
  const write =
    (level: string) =>
    (message: unknown, ...[fields]: unknown[]) =>
      void log.push({ level, message: String(message), fields });
  const postponed: [string, number][] = [];
  const postpone = (receipt: string, seconds: number) => Promise.resolve(void postponed.push([receipt, seconds]));
  const sent: unknown[] = [];
  const deps: WebhookQueueDeps = {
    table: stack.table,
    queue: {
      send: (messages) =>
        Promise.resolve(
          void sent.push(...messages.filter(({ delaySeconds }) => !delaySeconds).map(({ message }) => message)),
        ),
      postpone,
    },
    envelope: plainEnvelope,
    post: createPostWebhook({ allowLoopback: true, ports: [443], timeoutMs: 900, resolve: () => Promise.resolve([]) }),
    userAgent: 'Kalends/1.0.0',
    limits: { concurrency: 4, perSecond: 50 },
    rates: createRateBudget(),
    memory: createTrafficMemory(),
    share: wholeShare,
    retentionDays: 30,
    clock: createClock(),
    logger: { addContext: () => undefined, info: write('info'), warn: write('warn'), error: write('error') },
    pause: setTimeout,
    random: () => 0,
  };
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  const publishedAt = createPublicationTimes();
  const notificationOf = (notification = createNotification()) => ({
    source: 'kalends',
    time: publishedAt(notification),
    detail: { ...notification, project_id: projectId },
  });
  const fanOut = (bodies: unknown[], attempt = 1) =>
    workNotificationQueue({ ...deps, postpone, ...fanOutOnly })(receive(bodies, attempt), context);
  const deliver = (bodies: unknown[], attempt = 1) => workWebhookQueue(deps)(receive(bodies, attempt), context);
  const announce = async (notification = createNotification()) => {
    const results = [await fanOut([notificationOf(notification)]), await deliver(sent.splice(0))];
    return { batchItemFailures: results.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
  /** Every endpoint answers fast, and is healthy from then on. */
  const makeHealthy = async () => {
    await announce(createNotification({ idempotency_key: 'earlier' }));
    for (const { received } of receivers) received.splice(0);
  };
  const statuses = async () => {
    const lists = webhooks.map(({ id }) => listDeliveries(stack.table, id, { from: null, ascending: true, limit: 10 }));
    return (await Promise.all(lists)).map(({ rows }) => rows.map(({ status }) => status));
  };
  return {
    announce,
    makeHealthy,
    notificationOf,
    fanOut,
    deliver,
    sent,
    deps,
    receivers,
    webhooks,
    statuses,
    log,
    postponed,
    projectId,
  };
}

const allDone = { batchItemFailures: [] };

const fanOutOnly = { tickQueue: { sendScans: () => Promise.resolve() }, mostWaiting: 100_000 };
describe('a webhook', () => {
  it('reaches its endpoint once, signed in both schemes over the bytes that arrive', async () => {
    const { announce, receivers } = await createWorld([say(200)]);
    const notification = createNotification();
    expect(await announce(notification)).toEqual(allDone);
    const received = receivers[0]?.received ?? [];
    expect(received).toHaveLength(1);
    const { body, headers } = received[0] as (typeof received)[number];
    expect(new StandardWebhook(secret).verify(body, headers as Record<string, string>)).toEqual(notification.payload);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Kalends/1.0.0',
      'x-webhook-signature': expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string,
    });
  });

  it('reaches every endpoint, whatever the others answer', async () => {
    const hang: RequestListener = () => undefined;
    const answers = [hang, say(500), say(200), say(302, { location: '/' }), say(204)];
    const { announce, receivers, statuses } = await createWorld(answers);
    expect(await announce()).toEqual(allDone);
    expect(receivers.map(({ received }) => received.length)).toEqual([1, 1, 1, 1, 1]);
    expect(await statuses()).toEqual([['failed'], ['failed'], ['delivered'], ['failed'], ['delivered']]);
  });

  it('disables an endpoint that answers 410, and reaches the others', async () => {
    const { announce, receivers, webhooks, statuses, projectId } = await createWorld([say(410), say(200)]);
    await announce();
    const [gone] = webhooks;
    expect(await findWebhook(stack.table, projectId, gone?.id ?? '')).toMatchObject({
      is_active: false,
      inactive_reason: 'gone',
      inactive_since: expect.any(String) as string,
    });
    await announce(createNotification({ idempotency_key: 'second' }));
    expect(receivers.map(({ received }) => received.length)).toEqual([1, 2]);
    expect(await statuses()).toEqual([
      ['exhausted', 'exhausted'],
      ['delivered', 'delivered'],
    ]);
  });

  it('has a log of the answer and the time of the next attempt', async () => {
    const { announce, webhooks } = await createWorld([say(503, {}, 'é'.repeat(600))]);
    await announce();
    const page = { from: null, ascending: true, limit: 1 };
    const { rows } = await listDeliveries(stack.table, webhooks[0]?.id ?? '', page);
    expect(rows[0]?.attempts).toMatchObject([{ status_code: 503, response: 'é'.repeat(500), error: null }]);
    const [attempt] = rows[0]?.attempts ?? [];
    const waits = millisOf(rows[0]?.next_attempt_at ?? ('' as never)) - millisOf(attempt?.at ?? ('' as never));
    expect(waits).toBeGreaterThanOrEqual(5000);
    expect(waits).toBeLessThan(7000);
  });

  it('is not signed with the secret of another endpoint', async () => {
    const world = await createWorld([say(200)]);
    const [webhook] = world.webhooks;
    const stolen = { ...(webhook as Webhook), secrets: [{ sealed: `v1.webhook/proj_1/webhook_B ${secret}` as const }] };
    await replaceWebhook(stack.table, stolen, stolen.updated_at);
    expect(await world.announce()).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(world.receivers[0]?.received).toEqual([]);
  });

  it('leaves neither body nor secret nor address in the function’s log', async () => {
    const world = await createWorld([say(500, {}, 'the answer'), say(200), say(410)]);
    await world.announce();
    expect(world.log.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(world.log)).not.toMatch(/Zoë|whsec_|127\.0\.0\.1|the answer/);
  });
});

describe('a notification', () => {
  it('is delivered to a healthy endpoint inline', async () => {
    const world = await createWorld([say(200)]);
    await world.makeHealthy();
    expect(await world.fanOut([world.notificationOf()])).toEqual(allDone);
    expect(world.sent).toEqual([]);
    expect(world.receivers[0]?.received).toHaveLength(1);
    expect(await world.statuses()).toEqual([['delivered', 'delivered']]);
  });

  it('is delivered to an unproven endpoint inline, while it has leases', async () => {
    const world = await createWorld([() => undefined]);
    world.deps.limits = { concurrency: 1, perSecond: 50 };
    expect(
      await world.fanOut(
        [1, 2, 3].map((key) => world.notificationOf(createNotification({ idempotency_key: `${key}` }))),
      ),
    ).toEqual(allDone);
    expect(world.receivers[0]?.received).toHaveLength(1);
    expect(world.sent).toHaveLength(2);
  });

  it('is delivered to a degraded endpoint by a message, with a timer in case the message is lost', async () => {
    const world = await createWorld([() => undefined, say(500)]);
    await world.fanOut([world.notificationOf(createNotification({ idempotency_key: 'earlier' }))]);
    expect(world.receivers.map(({ received }) => received.length)).toEqual([1, 1]);
    world.sent.splice(0);
    expect(await world.fanOut([world.notificationOf()])).toEqual(allDone);
    expect(world.receivers.map(({ received }) => received.length)).toEqual([1, 1]);
    expect(world.sent).toHaveLength(2);
    for (const { id } of world.webhooks) {
      const rows = await readDeliveryRows(stack.table, id);
      expect(rows.filter(({ status }) => status === 'pending')).toMatchObject([
        { due_at: expect.any(String) as string },
      ]);
    }
  });

  it('gets a message and a timer when it comes again without an attempt', async () => {
    const world = await createWorld([say(200)]);
    const { envelope } = world.deps;
    await world.makeHealthy();
    const notification = world.notificationOf();
    world.deps.envelope = { open: () => Promise.reject(new Error('no key')) };
    await world.fanOut([notification]);
    world.deps.envelope = envelope;
    await markDegraded(stack.table, world.webhooks[0]?.id ?? '');
    world.deps.memory = createTrafficMemory();
    await world.fanOut([notification]);
    await world.deliver(world.sent.splice(0));
    expect(await world.statuses()).toEqual([['delivered', 'delivered']]);
    expect(world.receivers[0]?.received).toHaveLength(1);
  });

  it('is delivered once when it comes twice', async () => {
    const world = await createWorld([say(200)]);
    await world.announce();
    await world.announce();
    expect(world.receivers[0]?.received).toHaveLength(1);
  });
});

describe('a message', () => {
  /** While it is worked, a message is hidden for the time of its function and ten seconds more. */
  const hidden = 70;
  const postponed = (world: Awaited<ReturnType<typeof createWorld>>): number[] =>
    world.postponed.map(([, seconds]) => seconds).filter((seconds) => seconds !== hidden);

  it('fails when it is malformed, without delaying the others, so that it ends in the dead letters', async () => {
    const world = await createWorld([say(200)]);
    const failed = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };
    expect(await world.fanOut(['{"secret":"text"}', world.notificationOf()])).toEqual(failed);
    expect(await world.deliver(['{"secret":"text"}', ...world.sent])).toEqual(failed);
    expect(world.receivers[0]?.received).toHaveLength(1);
    expect(postponed(world)).toEqual([]);
    const entry = { level: 'error', message: 'malformed message', fields: { message_id: 'message-0' } };
    expect(world.log.filter(({ level }) => level === 'error')).toEqual([entry, entry]);
  });

  it('of a notification comes again after an unexpected error, later each time, and is then delivered', async () => {
    const world = await createWorld([say(200)]);
    await world.makeHealthy();
    const { envelope } = world.deps;
    world.deps.envelope = { open: () => Promise.reject(new Error('no key')) };
    for (const attempt of [1, 2, 12]) {
      expect(await world.fanOut([world.notificationOf()], attempt)).toEqual({
        batchItemFailures: [{ itemIdentifier: 'message-0' }],
      });
    }
    expect(postponed(world)).toEqual([2, 4, 600]);
    expect(await world.statuses()).toEqual([['delivered', 'pending']]);
    // By then the notification is a dead letter, and the delivery has a timer.
    const rows = await readDeliveryRows(stack.table, world.webhooks[0]?.id ?? '');
    expect(rows.filter(({ status }) => status === 'pending')).toMatchObject([{ due_at: expect.any(String) as string }]);
    world.deps.envelope = envelope;
    expect(await world.announce()).toEqual(allDone);
    expect(await world.statuses()).toEqual([['delivered', 'delivered']]);
  });

  it('of a delivery comes again after an unexpected error', async () => {
    const world = await createWorld([say(200)]);
    await world.makeHealthy();
    await markDegraded(stack.table, world.webhooks[0]?.id ?? '');
    world.deps.memory = createTrafficMemory();
    await world.fanOut([world.notificationOf()]);
    world.deps.envelope = { open: () => Promise.reject(new Error('no key')) };
    expect(await world.deliver(world.sent, 3)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(postponed(world)).toEqual([8]);
  });
});
