import { PutCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { WebhookPayload } from '../../shared/notifications/notification.ts';
import { parseNotificationMessage } from '../../shared/notifications/notification-message.ts';
import { randomId, shardOf } from '../../shared/platform/ids.ts';
import { latestTimestamp, millisOf, type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import type { Table } from '../../shared/store/table.ts';
import { timerShards } from '../../shared/store/table-schema.ts';
import { dispatchTimers } from '../../shared/timers/dispatch-timers.ts';
import { readDueTimers } from '../../shared/timers/timer-store.ts';
import type { DeliverDeps } from '../../shared/webhooks/attempt-deps.ts';
import { createWebhook } from '../../shared/webhooks/create-webhook.ts';
import type { Delivery } from '../../shared/webhooks/delivery.ts';
import { listDeliveries } from '../../shared/webhooks/delivery-list-store.ts';
import { deliveryTimerTarget } from '../../shared/webhooks/delivery-timer-target.ts';
import type { Webhook } from '../../shared/webhooks/endpoint.ts';
import { findWebhook } from '../../shared/webhooks/endpoint-store.ts';
import { type FanOutDeps, fanOut } from '../../shared/webhooks/fan-out.ts';
import { handleWebhookMessage } from '../../shared/webhooks/handle-webhook-message.ts';
import type { WebhookAnswer } from '../../shared/webhooks/post-webhook.ts';
import { createRateBudget } from '../../shared/webhooks/rate-budget.ts';
import { createTrafficMemory } from '../../shared/webhooks/traffic-memory.ts';
import type { WebhookDeps } from '../../shared/webhooks/webhook-deps.ts';
import { type DelayedMessage, parseWebhookMessage } from '../../shared/webhooks/webhook-queue.ts';
import { createCrashableProcess, isCrash } from './crashable-process.ts';
import { interceptTable } from './intercept-table.ts';
import { silentLogger } from './silent-logger.ts';
import { createNotification, plainEnvelope } from './webhook-fixtures.ts';
import { wholeShare } from './whole-share.ts';

/** An attempt as an endpoint sees it. */
interface Arrival {
  at: number;
  url: string;
  headers: Record<string, string>;
  body: string;
  key: string;
}

const minute = 60_000;

/** How an endpoint answers; a number is a status. */
type Answer = number | Partial<WebhookAnswer>;
export type Behaviour = (arrival: Arrival) => Answer | Promise<Answer>;

/**
 * Delivery in this process, on a table of DynamoDB Local, with a separate queue and clock. Time passes only when the
 * test says so, and everything happens when it is due. Calls to the outside are counted, and a crash can follow any call.
 */
export function createDeliveryHarness(direct: Table, limits = { concurrency: 4, perSecond: 50 }) {
  let now = Date.parse('2026-11-21T09:00:00Z');
  let stamps = 0;
  const clock = {
    now: () => now,
    stamp: () => {
      stamps += 1;
      return timestampOf(now, stamps % 1000);
    },
  };
  const projectId = randomId('proj');
  const webhooks = new Set<string>();
  const arrivals: Arrival[] = [];
  const queued: { at: number; body: string }[] = [];
  const behaviours = new Map<string, Behaviour>();
  const { calls: counted, outside } = createCrashableProcess();
  const calls = Object.assign(counted, {
    /** Called when a worker has crashed, before its message comes again. */
    onCrash: (): void => {
      calls.crashAfter = Number.POSITIVE_INFINITY;
    },
    /** Whether a crash loses the messages of the worker, except notifications, which the bus redelivers. */
    lost: false,
  });
  const dead: string[] = [];
  let keys = 0;
  let announcedAt: Timestamp = timestampOf(now);

  const table = interceptTable(direct, outside);
  const queue = {
    send: (messages: DelayedMessage[]) =>
      outside(() => {
        for (const { message, delaySeconds = 0 } of messages) {
          queued.push({ at: now + Math.ceil(delaySeconds) * 1000, body: JSON.stringify(message) });
        }
        return Promise.resolve();
      }),
  };
  const post = (url: string, headers: Record<string, string>, body: Buffer): Promise<WebhookAnswer> =>
    outside(async () => {
      const arrival = { at: now, url, headers, body: body.toString(), key: headers['webhook-id'] ?? '' };
      arrivals.push(arrival);
      const said = (await behaviours.get(url)?.(arrival)) ?? 200;
      const answer = typeof said === 'number' ? { status: said } : said;
      return { status: null, retryAfter: undefined, text: 'ok', error: null, durationMs: 20, ...answer };
    });
  const deps: DeliverDeps & WebhookDeps & FanOutDeps = {
    table,
    queue,
    tickQueue: { sendScans: () => Promise.resolve() },
    envelope: { ...plainEnvelope, open: (context, sealed) => outside(() => plainEnvelope.open(context, sealed)) },
    post,
    userAgent: 'Kalends/test',
    limits,
    mostWaiting: 100_000,
    rates: createRateBudget(),
    memory: createTrafficMemory(),
    share: wholeShare,
    retentionDays: 30,
    clock,
    logger: silentLogger,
    pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
    random: Math.random,
    newId: () => `test-${(keys += 1)}`,
  };

  const deliveries = async (webhook: { id: string }): Promise<Delivery[]> => {
    const { rows } = await listDeliveries(direct, webhook.id, { from: null, ascending: true, limit: 1000 });
    return rows;
  };

  /** Works a message. After a crash it comes again, as from the queue. */
  const work = async (body: string): Promise<void> => {
    const notification = parseNotificationMessage(body);
    const message = parseWebhookMessage(body);
    try {
      if (notification) await fanOut(deps, notification);
      // Timers of other harnesses in the same table.
      else if (message && webhooks.has(message.webhook_id)) await handleWebhookMessage(deps, message, () => 60_000);
    } catch (error) {
      if (!isCrash(error)) throw error;
      dead.push(body);
    }
  };
  /** Works all messages of the queue that are due, in parallel. */
  const drain = async (): Promise<void> => {
    for (;;) {
      const ready = queued.filter(({ at }) => at <= now);
      if (ready.length === 0) return;
      for (const message of ready) queued.splice(queued.indexOf(message), 1);
      await Promise.all(ready.map(({ body }) => work(body)));
      if (dead.length === 0) continue;
      calls.onCrash();
      for (const body of dead.splice(0)) {
        if (!calls.lost || parseNotificationMessage(body)) queued.push({ at: now, body });
      }
    }
  };
  const shardsOfTimers = (): string[] => [
    ...new Set([...webhooks].map((id) => `delivery#${shardOf(id, timerShards)}`)),
  ];
  /** Timers of this harness only: others use the table, too. */
  const ownTimers = interceptTable(direct, async (send, command) => {
    const shard = command instanceof QueryCommand && command.input.ExpressionAttributeValues?.[':shard'];
    if (typeof shard !== 'string') return send();
    if (!shardsOfTimers().includes(shard)) return { Items: [] };
    const { Items = [], ...answer } = (await send()) as QueryCommandOutput;
    return { ...answer, Items: Items.filter(({ PK }) => webhooks.has(String(PK).split('#')[1] ?? '')) };
  });
  const tick = async (): Promise<void> => {
    const none = { lookAheadMs: 0, leaseMs: minute, send: () => Promise.resolve() };
    const delivery = deliveryTimerTarget(queue, clock);
    const targets = { 'google-sync': none, 'microsoft-sync': none, delivery, bot: none, follow: none };
    await dispatchTimers({ table: ownTimers, targets, clock, logger: deps.logger }, () => 60_000);
    // The dispatcher catches the crash of a hand-over; the next minute has a new one.
    if (calls.made >= calls.crashAfter) calls.onCrash();
    await drain();
  };
  /** When the minute rule reads the next timer of this harness; infinity when it has none. */
  const nextTimer = async (): Promise<number> => {
    const pages = await Promise.all(
      shardsOfTimers().map((shard) =>
        readDueTimers(ownTimers, { kind: 'delivery', shard: Number(shard.split('#')[1]) }, latestTimestamp, {
          from: undefined,
          limit: 1000,
        }),
      ),
    );
    const due = pages.flatMap(({ rows }) => rows.map(({ due_at }) => millisOf(due_at)));
    return due.length === 0 ? Number.POSITIVE_INFINITY : Math.max(Math.min(...due) - minute, now + minute);
  };

  return {
    deps,
    projectId,
    arrivals,
    queued,
    calls,
    clock,
    deliveries,
    /** An endpoint and how it answers. */
    addEndpoint: async (behaviour: Behaviour = () => 200, given: Partial<Webhook> = {}): Promise<Webhook> => {
      const url = `https://endpoint-${behaviours.size}.example.com/`;
      behaviours.set(url, behaviour);
      const wanted = { url, triggers: ['calendar.events_update' as const], is_active: true, ...given };
      const { webhook } = await createWebhook({ ...deps, table: direct }, projectId, wanted);
      webhooks.add(webhook.id);
      return webhook;
    },
    read: (webhook: Webhook) => findWebhook(direct, projectId, webhook.id),
    /** The time of the notification that was announced last. */
    lastAnnounced: () => announcedAt,
    /** A notification on the bus, worked at once. @param time when it was published @returns its key */
    announce: async (payload: Partial<WebhookPayload> = {}, time = clock.stamp()): Promise<string> => {
      keys += 1;
      announcedAt = time;
      const notification = createNotification({ idempotency_key: `key-${projectId}-${keys}`, ...payload });
      queued.push({
        at: now,
        body: JSON.stringify({
          source: 'kalends',
          time,
          detail: { ...notification, project_id: projectId },
        }),
      });
      await drain();
      return notification.payload.idempotency_key;
    },
    /** Puts rows back as they were. */
    restore: (rows: Record<string, unknown>[]) =>
      Promise.all(rows.map((Item) => direct.client.send(new PutCommand({ TableName: direct.name, Item })))),
    drain,
    tick,
    /** Moves the clock at once, as the control of local mode does: nothing happens, and to the queue no time passes. */
    jump: (ms: number) => {
      now += ms;
      for (const message of queued) message.at += ms;
    },
    /** Lets time pass, with messages and minute rule. */
    pass: async (ms: number): Promise<void> => {
      const end = now + ms;
      while (now < end) {
        const message = Math.min(...queued.map(({ at }) => at), Number.POSITIVE_INFINITY);
        const timer = await nextTimer();
        now = Math.max(now, Math.min(message, timer, end));
        await drain();
        if (timer <= now) await tick();
      }
    },
  };
}

export type DeliveryHarness = ReturnType<typeof createDeliveryHarness>;
