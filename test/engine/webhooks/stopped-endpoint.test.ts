import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { deleteWebhook } from '../../../shared/webhooks/delete-webhook.ts';
import { type Webhook } from '../../../shared/webhooks/endpoint.ts';
import { redeliver } from '../../../shared/webhooks/redeliver.ts';
import { startReplay } from '../../../shared/webhooks/start-replay.ts';
import { updateWebhook } from '../../../shared/webhooks/update-webhook.ts';
import { createDeliveryHarness, type DeliveryHarness } from '../../support/delivery-harness.ts';
import { readDeliveryRows } from '../../support/read-deliveries.ts';
import { readPartition } from '../../support/read-partition.ts';
import { useOwnTable } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const table = useOwnTable('stopped-endpoint');

const hour = 3_600_000;
const day = 24 * hour;

/** All that is stored about an endpoint beside its own row. */
const rowsOf = async ({ id }: Webhook): Promise<Record<string, unknown>[]> => [
  ...(await readDeliveryRows(table, id)),
  ...(await readPartition(table, `TRAFFIC#${id}`)),
];
const change = async (harness: DeliveryHarness, webhook: Webhook, changes: Parameters<typeof updateWebhook>[2]) => {
  const current = (await harness.read(webhook)) ?? expect.fail('gone');
  return (await updateWebhook(harness.deps, current, changes)) ?? expect.fail('gone');
};
const statusesOf = async (harness: DeliveryHarness, webhook: Webhook) =>
  (await harness.deliveries(webhook)).map(({ status, reason, attempts }) => [status, reason, attempts.length]);

describe('an endpoint that answers 410', () => {
  it('is disabled at once, and what it misses can be read, and replayed when it is active again', async () => {
    const harness = createDeliveryHarness(table);
    let answer = 500;
    const webhook = await harness.addEndpoint(() => answer);
    const since = timestampOf(harness.clock.now());
    await harness.announce();
    answer = 410;
    await harness.announce();
    expect(await harness.read(webhook)).toMatchObject({
      is_active: false,
      inactive_reason: 'gone',
      inactive_since: expect.stringMatching(/^2026-11-21T09:00/) as string,
    });
    await harness.announce();
    // A disabled endpoint gets no retries.
    await harness.pass(hour);
    expect(await statusesOf(harness, webhook)).toEqual([
      ['exhausted', 'endpoint_inactive', 1],
      ['exhausted', null, 1],
      ['exhausted', 'endpoint_inactive', 0],
    ]);
    const stopped = (await harness.read(webhook)) ?? expect.fail('gone');
    await expect(startReplay(harness.deps, stopped, { since, only: 'missing' })).rejects.toThrow('not active');

    answer = 200;
    const active = await change(harness, webhook, { is_active: true });
    expect(active).toMatchObject({ is_active: true, inactive_reason: null, inactive_since: null });
    expect(await startReplay(harness.deps, active, { since, only: 'failed' })).toEqual({
      replayed: 2,
      is_complete: true,
    });
    await harness.pass(10_000);
    expect((await statusesOf(harness, webhook)).map(([status]) => status)).toEqual([
      'delivered',
      'delivered',
      'exhausted',
    ]);
    expect(await startReplay(harness.deps, active, { since, only: 'missing' })).toEqual({
      replayed: 1,
      is_complete: true,
    });
    await harness.pass(10_000);
    expect((await statusesOf(harness, webhook)).map(([status]) => status)).toEqual(Array(3).fill('delivered'));
    expect(await startReplay(harness.deps, active, { since, only: 'missing' })).toEqual({
      replayed: 0,
      is_complete: true,
    });
  });

  it('keeps what happens while its owner has switched it off as skipped, and a replay of what is missing sends it', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint();
    const since = timestampOf(harness.clock.now());
    await harness.announce();
    const stopped = await change(harness, webhook, { is_active: false });
    expect(stopped).toMatchObject({ is_active: false, inactive_reason: null, inactive_since: expect.any(String) });
    await harness.announce();
    await harness.announce();
    await harness.pass(day);
    expect(await statusesOf(harness, webhook)).toEqual([
      ['delivered', null, 1],
      ['skipped', 'endpoint_inactive', 0],
      ['skipped', 'endpoint_inactive', 0],
    ]);
    const active = await change(harness, webhook, { is_active: true });
    const replay = (only: 'failed' | 'missing') => startReplay(harness.deps, active, { since, only });
    expect(await replay('failed')).toMatchObject({ replayed: 0 });
    expect(await replay('missing')).toMatchObject({ replayed: 2 });
    await harness.pass(10_000);
    expect((await statusesOf(harness, webhook)).map(([status]) => status)).toEqual(Array(3).fill('delivered'));
    expect(harness.arrivals).toHaveLength(3);
  });
});

describe('an active endpoint that is paused', () => {
  it('is left alone for the hour of its Retry-After after a 503, whatever else is announced', async () => {
    const harness = createDeliveryHarness(table);
    let answer: { status: number; retryAfter?: string } = { status: 503, retryAfter: '3600' };
    const webhook = await harness.addEndpoint(() => answer);
    await harness.announce();
    answer = { status: 200 };
    for (let made = 0; made < 5; made += 1) await harness.announce();
    await harness.pass(hour - 60_000);
    expect(harness.arrivals).toHaveLength(1);
    await harness.pass(hour);
    expect((await statusesOf(harness, webhook)).map(([status]) => status)).toEqual(Array(6).fill('delivered'));
  });

  it('stays paused when it is activated again, and not when it gets another URL', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => ({ status: 503, retryAfter: '3600' }));
    await harness.announce();
    const openUntil = async () => (await readPartition(table, `TRAFFIC#${webhook.id}`))[0]?.['open_until'];
    expect(await openUntil()).toBeGreaterThan(harness.clock.now());
    await change(harness, webhook, { is_active: true });
    expect(await openUntil()).toBeGreaterThan(harness.clock.now());
    await change(harness, webhook, { url: 'https://other.example.com/' });
    expect(await openUntil()).toBeUndefined();
  });
});

describe('an endpoint that does nothing but fail', () => {
  it('is disabled after five days, and not a day before', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    for (let days = 0; days < 4; days += 1) {
      await harness.announce();
      await harness.pass(day);
    }
    expect(await harness.read(webhook)).toMatchObject({ is_active: true });
    await harness.pass(1.5 * day);
    expect(await harness.read(webhook)).toMatchObject({ is_active: false, inactive_reason: 'failing' });
    // No delivery is left that would still be attempted.
    await harness.pass(2 * day);
    expect((await harness.deliveries(webhook)).map(({ status }) => status)).toEqual(Array(4).fill('exhausted'));
  });

  it('stays active when one attempt succeeds in between', async () => {
    const harness = createDeliveryHarness(table);
    let answer = 500;
    const webhook = await harness.addEndpoint(() => answer);
    for (let days = 0; days < 8; days += 1) {
      answer = days === 4 ? 200 : 500;
      await harness.announce();
      await harness.pass(day);
    }
    expect(await harness.read(webhook)).toMatchObject({ is_active: true });
  });

  it('is not disabled by the first failure after its activation', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    for (let days = 0; days < 6; days += 1) {
      await harness.announce();
      await harness.pass(day);
    }
    expect(await harness.read(webhook)).toMatchObject({ inactive_reason: 'failing' });
    await change(harness, webhook, { is_active: true });
    await harness.announce();
    expect(await harness.read(webhook)).toMatchObject({ is_active: true, inactive_reason: null });
  });
});

describe('a delivery that is sent again on request', () => {
  it('keeps its key and its log, and begins the whole schedule again', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    await harness.announce();
    await harness.pass(4 * day);
    const [exhausted] = await harness.deliveries(webhook);
    expect(exhausted).toMatchObject({ status: 'exhausted' });
    const again = await redeliver(harness.deps, webhook, exhausted?.id ?? '');
    expect(again).toMatchObject({ id: exhausted?.id, status: 'pending' });
    await harness.pass(10_000);
    const [failed] = await harness.deliveries(webhook);
    expect(failed).toMatchObject({ status: 'failed', round: 2 });
    expect(failed?.attempts).toHaveLength(12);
    expect(new Set(harness.arrivals.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(await redeliver(harness.deps, webhook, 'delivery_AAAAAAAAAAAAAAAA')).toBeNull();
  });

  it('gets another attempt although one is running that fails', async () => {
    const harness = createDeliveryHarness(table);
    const slow = Promise.withResolvers<number>();
    const answers: (number | Promise<number>)[] = [500, slow.promise, 200];
    const webhook = await harness.addEndpoint(() => answers.shift() ?? 200);
    await harness.announce();
    const retried = harness.pass(10_000);
    await waitUntil(() => harness.arrivals.length === 2);
    const [running] = await harness.deliveries(webhook);
    await redeliver(harness.deps, webhook, running?.id ?? '');
    slow.resolve(500);
    await retried;
    await harness.pass(5000);
    expect(await statusesOf(harness, webhook)).toEqual([['delivered', null, 3]]);
  });

  it('is sent once in a replay of hundreds that a message continues', async () => {
    const harness = createDeliveryHarness(table, { concurrency: 20, perSecond: 500 });
    let down = true;
    const webhook = await harness.addEndpoint(() => (down ? 410 : 200));
    const since = timestampOf(harness.clock.now());
    await harness.announce();
    for (let index = 0; index < 640; index += 40) {
      await Promise.all(Array.from({ length: 40 }, () => harness.announce()));
    }
    down = false;
    const active = await change(harness, webhook, { is_active: true });
    const first = await startReplay(harness.deps, active, { since, only: 'missing' });
    expect(first.is_complete).toBe(false);
    expect(first.replayed).toBeGreaterThanOrEqual(500);
    await harness.pass(10 * 60_000);
    const statuses = (await statusesOf(harness, webhook)).map(([status]) => status);
    expect(statuses).toEqual(Array(641).fill('delivered'));
    // The first one, which was answered 410, twice; the others once.
    expect(harness.arrivals).toHaveLength(642);
  }, 120_000);
});

describe('an endpoint that is deleted', () => {
  it('leaves no row behind, and no delivery of it is attempted', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    for (let index = 0; index < 60; index += 1) await harness.announce();
    const before = harness.arrivals.length;
    expect(await deleteWebhook(harness.deps, webhook)).toBe(true);
    expect(await deleteWebhook(harness.deps, webhook)).toBe(false);
    await harness.pass(hour);
    expect(await rowsOf(webhook)).toEqual([]);
    expect(harness.arrivals).toHaveLength(before);
  });

  it('is purged by its timer when the request that deleted it crashed', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    for (let index = 0; index < 30; index += 1) await harness.announce();
    // Four calls: delete the endpoint, list the days, read the keys of a shard, delete them.
    harness.calls.made = 0;
    harness.calls.crashAfter = 4;
    await expect(deleteWebhook(harness.deps, webhook)).rejects.toThrow();
    harness.calls.crashAfter = Number.POSITIVE_INFINITY;
    harness.queued.length = 0;
    expect((await rowsOf(webhook)).length).toBeGreaterThan(5);
    harness.jump(5 * 60_000);
    await harness.tick();
    expect(await rowsOf(webhook)).toEqual([]);
  });

  it('is rid of a delivery that was stored during the purge', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => 500);
    await harness.announce();
    const [stored] = await harness.deliveries(webhook);
    const rows = await readDeliveryRows(table, webhook.id);
    await deleteWebhook(harness.deps, webhook);
    await harness.restore(rows.filter(({ SK }) => String(SK).endsWith(stored?.id ?? 'none')));
    expect((await rowsOf(webhook)).filter(({ status }) => status === 'failed')).toHaveLength(1);
    harness.jump(hour);
    await harness.tick();
    expect(await rowsOf(webhook)).toEqual([]);
    expect(harness.arrivals).toHaveLength(1);
  });

  it('is rid of a delivery whose first attempt ran during the purge', async () => {
    const harness = createDeliveryHarness(table);
    const slow = Promise.withResolvers<number>();
    const webhook = await harness.addEndpoint(() => slow.promise);
    const announced = harness.announce();
    await waitUntil(() => harness.arrivals.length === 1);
    await deleteWebhook(harness.deps, webhook);
    slow.resolve(200);
    await announced;
    expect((await rowsOf(webhook)).filter(({ status }) => status === 'delivered')).toHaveLength(1);
    harness.jump(5 * 60_000);
    await harness.tick();
    expect(await rowsOf(webhook)).toEqual([]);
  });
});
