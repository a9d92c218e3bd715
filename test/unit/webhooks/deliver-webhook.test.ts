import type { Context } from 'aws-lambda';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  createDeliverWebhook,
  type DeliverWebhookFunctionDeps,
} from '../../../functions/deliver-webhook/deliver-webhook.ts';
import type { Fact } from '../../../shared/domain/fact.ts';
import type { Webhook } from '../../../shared/domain/webhook.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import type { WebhookAnswer } from '../../../shared/webhooks/post-webhook.ts';
import { createFact, createTestWebhook, plainEnvelope, receive, secret } from '../../support/webhook-fixtures.ts';

const fact = createFact();
const announced = { source: 'kalends', 'detail-type': fact.payload.trigger, detail: fact };
const context = {} as Context;

const failure = (answer: Partial<WebhookAnswer> = {}): WebhookAnswer => ({
  status: 503,
  retryAfter: undefined,
  text: 'the answer',
  error: null,
  durationMs: 12,
  ...answer,
});
const success = failure({ status: 200 });

function createWorld(webhooks: Webhook[], answer: WebhookAnswer = success) {
  const posts: { url: string; headers: Record<string, string>; body: Buffer }[] = [];
  const sent: { fact: Fact; ids: string[] }[] = [];
  const postponed: [string, number][] = [];
  const deactivated: [string, string][] = [];
  const log: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const write =
    (level: string) =>
    (message: unknown, ...extra: unknown[]) =>
      void log.push({ level, message: String(message), fields: extra[0] as Record<string, unknown> });
  const deps: DeliverWebhookFunctionDeps = {
    listWebhooks: (projectId) => Promise.resolve(webhooks.filter(({ project_id }) => project_id === projectId)),
    findWebhook: (projectId, id) =>
      Promise.resolve(webhooks.find((webhook) => webhook.id === id && webhook.project_id === projectId) ?? null),
    deactivateWebhook: ({ id }, reason) => Promise.resolve(void deactivated.push([id, reason])),
    queue: {
      sendToEach: (sentFact, ids) => Promise.resolve(void sent.push({ fact: sentFact, ids })),
      postpone: (receipt, seconds) => Promise.resolve(void postponed.push([receipt, seconds])),
    },
    envelope: plainEnvelope,
    post: (url, headers, body) => {
      posts.push({ url, headers, body });
      return Promise.resolve(answer);
    },
    userAgent: 'Kalends/9.9.9',
    clock: createClock(),
    logger: { addContext: () => undefined, info: write('info'), warn: write('warn'), error: write('error') },
    random: () => 0,
  };
  return { deps, deliver: createDeliverWebhook(deps), posts, sent, postponed, deactivated, log };
}

const all = { batchItemFailures: [] };
const first = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };

describe('a fact from the bus', () => {
  it('goes at once to the only endpoint that wants it', async () => {
    const wanted = createTestWebhook();
    const others = [
      createTestWebhook({ id: 'webhook_B', triggers: ['calendar.state_change'] }),
      createTestWebhook({ id: 'webhook_C', is_active: false }),
      createTestWebhook({ id: 'webhook_D', project_id: 'proj_2' }),
    ];
    const world = createWorld([...others, wanted]);
    expect(await world.deliver(receive([announced]), context)).toEqual(all);
    expect(world.sent).toEqual([]);
    expect(world.posts).toHaveLength(1);
    const { url, headers, body } = world.posts[0] as (typeof world.posts)[number];
    expect(url).toBe(wanted.url);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Kalends/9.9.9',
      'webhook-id': fact.payload.idempotency_key,
    });
    expect(new StandardWebhook(secret).verify(body, headers)).toEqual(fact.payload);
  });

  it('becomes a message per endpoint when several want it', async () => {
    const world = createWorld(['webhook_A', 'webhook_B'].map((id) => createTestWebhook({ id })));
    expect(await world.deliver(receive([announced]), context)).toEqual(all);
    expect(world.posts).toEqual([]);
    expect(world.sent).toEqual([{ fact, ids: ['webhook_A', 'webhook_B'] }]);
  });

  it('is done when no endpoint wants it', async () => {
    const world = createWorld([createTestWebhook({ is_active: false })]);
    expect(await world.deliver(receive([announced]), context)).toEqual(all);
    expect([world.posts, world.sent]).toEqual([[], []]);
  });

  it('is worked again when the queue did not take it for every endpoint', async () => {
    const world = createWorld(['webhook_A', 'webhook_B'].map((id) => createTestWebhook({ id })));
    world.deps.queue.sendToEach = () => Promise.reject(new Error('the queue refused 1 messages'));
    expect(await world.deliver(receive([announced]), context)).toEqual(first);
    expect(world.postponed).toEqual([['receipt-0', 5]]);
  });
});

describe('a message for one endpoint', () => {
  const addressed = { fact, webhook_id: createTestWebhook().id };

  it('goes to that endpoint only', async () => {
    const world = createWorld([createTestWebhook({ id: 'webhook_B' }), createTestWebhook()]);
    expect(await world.deliver(receive([addressed]), context)).toEqual(all);
    expect(world.posts).toHaveLength(1);
    expect(world.log).toMatchObject([{ message: 'webhook delivered', fields: { webhook_id: addressed.webhook_id } }]);
  });

  it.each([
    ['deleted', []],
    ['inactive', [createTestWebhook({ is_active: false })]],
  ])('is skipped, and said to be, when the endpoint is %s', async (reason, webhooks) => {
    const world = createWorld(webhooks);
    expect(await world.deliver(receive([addressed]), context)).toEqual(all);
    expect(world.posts).toEqual([]);
    expect(world.log).toMatchObject([{ message: 'webhook skipped', fields: { reason } }]);
  });

  it('does not open the secret of another endpoint', async () => {
    const world = createWorld([createTestWebhook({ secrets: [{ sealed: `webhook/proj_1/webhook_B ${secret}` }] })]);
    expect(await world.deliver(receive([addressed]), context)).toEqual(first);
    expect(world.posts).toEqual([]);
  });
});

describe('a delivery', () => {
  it.each([
    ['a server error', failure()],
    ['a redirect', failure({ status: 302 })],
    ['a client error', failure({ status: 404 })],
    ['no answer', failure({ status: null, error: 'TIMEOUT' })],
  ])('with %s stays in the queue, hidden until its next attempt', async (_kind, answer) => {
    const world = createWorld([createTestWebhook()], answer);
    expect(await world.deliver(receive([announced], 3), context)).toEqual(first);
    expect(world.postponed).toEqual([['receipt-0', 120]]);
    expect(world.log).toMatchObject([
      { message: 'webhook not delivered', fields: { status: answer.status, error_code: answer.error, attempt: 3 } },
    ]);
  });

  it('waits as long as the receiver asks', async () => {
    const world = createWorld([createTestWebhook()], failure({ status: 429, retryAfter: '77' }));
    await world.deliver(receive([announced]), context);
    expect(world.postponed).toEqual([['receipt-0', 77]]);
  });

  it('still fails when it could not be postponed', async () => {
    const world = createWorld([createTestWebhook()], failure());
    world.deps.queue.postpone = () => Promise.reject(new Error('no queue'));
    expect(await world.deliver(receive([announced]), context)).toEqual(first);
  });

  it('answered 410 is the last: the endpoint is deactivated', async () => {
    const world = createWorld([createTestWebhook()], failure({ status: 410 }));
    expect(await world.deliver(receive([announced]), context)).toEqual(all);
    expect(world.deactivated).toEqual([[createTestWebhook().id, 'gone']]);
    expect(world.postponed).toEqual([]);
  });

  it('is signed anew at each attempt, under the same id', async () => {
    const world = createWorld([createTestWebhook()], failure());
    let now = Date.parse('2026-11-21T09:00:00Z');
    world.deps.clock = createClock(() => now);
    await world.deliver(receive([announced]), context);
    now += 600_000;
    await world.deliver(receive([announced], 2), context);
    const [one, two] = world.posts.map(({ headers }) => headers);
    expect(one?.['webhook-id']).toBe(two?.['webhook-id']);
    expect(Number(two?.['webhook-timestamp']) - Number(one?.['webhook-timestamp'])).toBe(600);
    expect(one?.['X-Webhook-Signature']).toBe(two?.['X-Webhook-Signature']);
  });

  it('leaves neither body nor secret nor address in the log', async () => {
    const world = createWorld([createTestWebhook()], failure());
    await world.deliver(receive([announced]), context);
    expect(JSON.stringify(world.log)).not.toMatch(/Zoë|whsec_|example\.com|the answer/);
  });
});

describe('a malformed message', () => {
  it('fails without holding up the others, so that it ends in the dead letters', async () => {
    const world = createWorld([createTestWebhook()]);
    expect(await world.deliver(receive(['{"secret":"text"}', announced]), context)).toEqual(first);
    expect(world.posts).toHaveLength(1);
    expect(world.postponed).toEqual([]);
    expect(world.log[0]).toEqual({
      level: 'error',
      message: 'malformed webhook message',
      fields: { message_id: 'message-0' },
    });
  });
});
