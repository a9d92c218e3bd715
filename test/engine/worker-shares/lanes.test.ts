import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { shareTimingMs } from '../../../shared/platform/timing.ts';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import type { SyncMessage } from '../../../shared/sync/sync-message.ts';
import { longGroup } from '../../../shared/sync/sync-queue.ts';
import { createSyncCalendar } from '../../../shared/sync/work-sync-queue.ts';
import { fanOut } from '../../../shared/webhooks/fan-out.ts';
import { handleWebhookMessage } from '../../../shared/webhooks/handle-webhook-message.ts';
import { createTrafficMemory } from '../../../shared/webhooks/traffic-memory.ts';
import { laneShare } from '../../../shared/worker-shares/lane-share-store.ts';
import type { Lane } from '../../../shared/worker-shares/share-row.ts';
import { createWorkerShare } from '../../../shared/worker-shares/worker-share.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { useOwnTable, useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const stack = useStack();
const table = useOwnTable('lanes');
const size = 2;
const workers = 8;

/** The share of another process, with the leases of all of them in the table. */
const shareOf = (lane: Lane) =>
  createWorkerShare(
    laneShare(
      { table, clock: { now: Date.now } as never, random: Math.random, logger: silentLogger },
      { lane, size, leaseMs: 60_000 },
    ),
  );

/** An endpoint or runner that never answers: its calls end when they are aborted, or at the end of the test. */
function createHangingServer() {
  let open = 0;
  const end = Promise.withResolvers<void>();
  return {
    open: () => open,
    end: () => end.resolve(),
    post: async (_url: string, _headers: object, _body: Buffer, ended?: AbortSignal) => {
      open += 1;
      const aborted = new Promise<void>((resolve) => ended?.addEventListener('abort', () => resolve()));
      await Promise.race([end.promise, aborted]);
      open -= 1;
      const error = ended?.aborted ? 'ABORTED' : 'TIMEOUT';
      return { status: null, retryAfter: undefined, text: '', error, durationMs: 15_000 };
    },
  };
}

describe('Endpoints that hang keep no more workers busy than the share of their project', () => {
  it('when they are notified for the first time: the others are free, and no attempt of theirs counts', async () => {
    const harness = createDeliveryHarness(table);
    const webhooks = await Promise.all([1, 2, 3].map(() => harness.addEndpoint()));
    const server = createHangingServer();
    const process = () => ({
      ...harness.deps,
      post: server.post,
      memory: createTrafficMemory(),
      share: shareOf('notification'),
      limits: { concurrency: 20, perSecond: 500 },
    });
    let free = 0;
    const works = Array.from({ length: workers }, () => {
      const { payload } = createNotification();
      const notification = { project_id: harness.projectId, payload, at: harness.deps.clock.stamp() };
      return fanOut(process(), notification).finally(() => (free += 1));
    });
    await waitUntil(() => free >= workers - size, 20_000);
    await sleep(shareTimingMs.patience);
    expect(free).toBeLessThan(workers);
    expect(server.open()).toBeLessThanOrEqual(size * 3);
    server.end();
    await Promise.all(works);
    const attempts = (await Promise.all(webhooks.map((webhook) => harness.deliveries(webhook)))).flat();
    expect(attempts).toHaveLength(workers * 3);
    expect(attempts.filter((delivery) => delivery.attempts.length > 0).length).toBeLessThanOrEqual(size * 3);
  });

  it('when deliveries are retried, and what was not begun is postponed', async () => {
    const harness = createDeliveryHarness(table);
    const webhooks = await Promise.all(
      Array.from({ length: workers }, () => harness.addEndpoint(() => ({ status: 500 }))),
    );
    await harness.announce();
    harness.jump(10_000);
    const due = (await Promise.all(webhooks.map((webhook) => harness.deliveries(webhook)))).flat();
    expect(due).toHaveLength(workers);
    const server = createHangingServer();
    let free = 0;
    const works = due.map(({ webhook_id, id }) => {
      const deps = { ...harness.deps, post: server.post, share: shareOf('webhook') };
      const message = { kind: 'delivery', webhook_id, delivery_id: id, deferrals: 0 } as const;
      return handleWebhookMessage(deps, message, () => 60_000).finally(() => (free += 1));
    });
    await waitUntil(() => free >= workers - size, 20_000);
    expect(free).toBe(workers - size);
    expect(server.open()).toBe(size);
    const after = (await Promise.all(webhooks.map((webhook) => harness.deliveries(webhook)))).flat();
    expect(after.map(({ attempts }) => attempts.length)).toEqual(Array.from({ length: workers }, () => 1));
    server.end();
    await Promise.all(works);
  });
});

describe('Listings of a project', () => {
  it('wait among its long runs when its leases are in use, and are made there', async () => {
    const calendar = await connectCalendar(stack, 'google');
    const { deps } = calendar.harness;
    const moved: { group: string; trigger: string }[] = [];
    const full = {
      ...deps,
      shares: { ...deps.shares, google: { acquire: async () => null, release: async () => {} } },
      queues: {
        ...deps.queues,
        google: {
          ...deps.queues.google,
          sendLong: async ({ trigger }: { trigger: string }, group: string) => void moved.push({ group, trigger }),
        },
      },
    };
    calendar.user.insert('one', 3);
    const request = {
      calendar_id: calendar.id,
      trigger: 'create' as const,
      sentAt: stack.local.now(),
      attempt: 1,
      remainingMs: () => 60_000,
    };
    const before = calendar.user.requests();
    expect(await syncCalendar(full, request)).toEqual({ kind: 'moved' });
    expect(calendar.user.requests()).toBe(before);
    const group = longGroup(calendar.harness.projectId, calendar.id, deps.longGroups);
    expect(moved).toEqual([{ group, trigger: 'create' }]);
    expect(await syncCalendar(full, { ...request, isLong: true })).toEqual({ kind: 'ok' });
    expect((await calendar.living()).map(({ name }) => name)).toEqual(['one']);
    // A delta needs no lease.
    calendar.user.insert('two', 4);
    expect(await syncCalendar(full, { ...request, trigger: 'push', sentAt: stack.local.now() })).toEqual({
      kind: 'ok',
    });
  });
});

const raise = (error: Error): never => {
  throw error;
};

describe('A message of a group of long runs', () => {
  it('goes back beside its calendar when it fails, after the pause that is due, so that it holds back no other', async () => {
    const calendar = await connectCalendar(stack, 'google');
    const { deps } = calendar.harness;
    const held: SyncMessage[] = [];
    const queue = { ...deps.queues.google, sendLook: async (message: SyncMessage) => void held.push(message) };
    const world = {
      ...deps,
      logger: silentLogger,
      queues: { google: queue, microsoft: queue },
      queueUrls: { google: 'http://queues/google', microsoft: 'http://queues/microsoft' },
      sqs: {
        sendMessage: () => Promise.resolve(),
        sendMessageBatch: () => Promise.resolve([]),
        changeMessageVisibility: () => Promise.resolve(),
      },
    };
    const work = createSyncCalendar(world);
    const event = {
      Records: [
        {
          messageId: 'one',
          receiptHandle: 'receipt',
          body: JSON.stringify({ calendar_id: calendar.id, trigger: 'create', attempts: 3 }),
          eventSourceARN: 'arn:aws:sqs:eu-west-1:1:google',
          attributes: {
            MessageGroupId: longGroup('proj_1', calendar.id, 2),
            SentTimestamp: String(stack.local.now()),
            ApproximateReceiveCount: '1',
          },
        },
      ],
    } as unknown as SQSEvent;
    calendar.user.fault('list', 'unavailable');
    const failedAt = deps.clock.now();
    expect(await work(event, { getRemainingTimeInMillis: () => 120_000 } as Context)).toEqual({
      batchItemFailures: [],
    });
    expect(held).toMatchObject([{ calendar_id: calendar.id, trigger: 'create', attempts: 4 }]);
    expect((held[0]?.look_at ?? 0) - failedAt).toBeGreaterThan(1000);

    // An unexpected failure: its fourth pause is eight times the first one.
    const broken = createSyncCalendar({ ...world, newId: () => raise(new Error('broken')) });
    const again = deps.clock.now();
    await broken(event, { getRemainingTimeInMillis: () => 120_000 } as Context);
    expect((held[1]?.look_at ?? 0) - again).toBeGreaterThanOrEqual(8 * shareTimingMs.failedPause);
  });
});
