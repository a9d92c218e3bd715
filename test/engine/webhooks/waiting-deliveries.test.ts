import { describe, expect, it } from 'vitest';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import { readTraffic } from '../../../shared/webhooks/endpoint-traffic-store.ts';
import { redeliver } from '../../../shared/webhooks/redeliver.ts';
import { startReplay } from '../../../shared/webhooks/start-replay.ts';
import { updateWebhook } from '../../../shared/webhooks/update-webhook.ts';
import { createDeliveryHarness, type DeliveryHarness } from '../../support/delivery-harness.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('waiting-deliveries');

const day = 86_400_000;

/** The count of an endpoint, and the deliveries that are counted in it. */
async function waitingOf(harness: DeliveryHarness, webhook: Webhook) {
  const deliveries = await harness.deliveries(webhook);
  return {
    count: (await readTraffic(table, webhook.id)).waiting ?? 0,
    counted: deliveries.filter(({ is_counted }) => is_counted).length,
    open: deliveries.filter(({ next_attempt_at }) => next_attempt_at !== null).length,
  };
}
const statusesOf = async (harness: DeliveryHarness, webhook: Webhook) =>
  (await harness.deliveries(webhook)).map(({ status, reason }) => (reason ? `${status}: ${reason}` : status));

/** An endpoint that fails until a test changes its answer. */
async function arrange(mostWaiting = 100) {
  const harness = createDeliveryHarness(table);
  harness.deps.mostWaiting = mostWaiting;
  const endpoint = { answer: 500 };
  const webhook = await harness.addEndpoint(() => endpoint.answer);
  return { harness, endpoint, webhook };
}

describe('Deliveries that wait for an endpoint', () => {
  it('are as many as the limit at most, and a replay of what is missing sends the others', async () => {
    const { harness, endpoint, webhook } = await arrange(3);
    const since = timestampOf(harness.clock.now());
    for (let index = 0; index < 5; index += 1) await harness.announce();
    expect(await statusesOf(harness, webhook)).toEqual([
      'failed',
      'failed',
      'failed',
      'skipped: too_many_waiting',
      'skipped: too_many_waiting',
    ]);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 3, counted: 3, open: 3 });

    endpoint.answer = 200;
    await harness.pass(20 * 60_000);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 0, counted: 0, open: 0 });
    await harness.announce();
    const active = (await harness.read(webhook)) ?? expect.fail('gone');
    expect(await startReplay(harness.deps, active, { since, only: 'missing' })).toMatchObject({ replayed: 2 });
    await harness.pass(60_000);
    expect(await statusesOf(harness, webhook)).toEqual(Array(6).fill('delivered'));
    expect(await waitingOf(harness, webhook)).toEqual({ count: 0, counted: 0, open: 0 });
  });

  it('are limited while the circuit breaker is open, too', async () => {
    const { harness, endpoint, webhook } = await arrange(3);
    endpoint.answer = 429;
    for (let index = 0; index < 5; index += 1) await harness.announce();
    expect(await statusesOf(harness, webhook)).toEqual([
      'failed',
      'pending',
      'pending',
      'skipped: too_many_waiting',
      'skipped: too_many_waiting',
    ]);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 3, counted: 3, open: 3 });
  });

  it('come back one after the other, as fast as the endpoint may get them, and not all when its pause ends', async () => {
    const perSecond = 0.5;
    const harness = createDeliveryHarness(table, { concurrency: 4, perSecond });
    const webhook = await harness.addEndpoint(() => 429);
    for (let made = 0; made < 60; made += 1) await harness.announce();
    await harness.pass(60_000);
    const times = (await harness.deliveries(webhook)).map(({ next_attempt_at }) =>
      millisOf(next_attempt_at ?? expect.fail('ended')),
    );
    expect(times).toHaveLength(60);
    expect((Math.max(...times) - Math.min(...times)) / 1000).toBeGreaterThan((0.6 * 60) / perSecond);
  });

  it('are counted no longer when they are exhausted, or missed by an endpoint that was switched off', async () => {
    const exhausted = await arrange();
    const missed = await arrange();
    for (const { harness } of [exhausted, missed]) for (let made = 0; made < 3; made += 1) await harness.announce();
    const current = (await missed.harness.read(missed.webhook)) ?? expect.fail('gone');
    await updateWebhook(missed.harness.deps, current, { is_active: false });
    for (const { harness, webhook } of [exhausted, missed]) {
      expect((await waitingOf(harness, webhook)).count).toBe(3);
      await harness.pass(5 * day);
      const ended = (await harness.deliveries(webhook)).map(({ status }) => status);
      expect(ended).toEqual(Array(3).fill('exhausted'));
      expect(await waitingOf(harness, webhook)).toEqual({ count: 0, counted: 0, open: 0 });
    }
  });

  it('are counted once when they are sent again while they wait, and when they had ended', async () => {
    const { harness, endpoint, webhook } = await arrange();
    await harness.announce();
    const [failed] = await harness.deliveries(webhook);
    await redeliver(harness.deps, webhook, failed?.id ?? '');
    await harness.pass(2000);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 1, counted: 1, open: 1 });
    endpoint.answer = 200;
    await harness.pass(10 * 60_000);
    endpoint.answer = 500;
    await redeliver(harness.deps, webhook, failed?.id ?? '');
    await harness.pass(2000);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 1, counted: 1, open: 1 });
  });

  it('are not counted while the endpoint is healthy', async () => {
    const { harness, endpoint, webhook } = await arrange();
    endpoint.answer = 200;
    await harness.announce();
    // More than it gets in a second, so that some are sent by messages.
    for (let index = 0; index < 60; index += 1) await harness.announce();
    expect((await harness.deliveries(webhook)).filter(({ status }) => status === 'pending').length).toBeGreaterThan(5);
    expect((await readTraffic(table, webhook.id)).waiting).toBeUndefined();
    await harness.pass(60_000);
    expect(await waitingOf(harness, webhook)).toEqual({ count: 0, counted: 0, open: 0 });
  });

  it('are counted too low by one at most after a crash at any point, never too high', {
    timeout: 120_000,
  }, async () => {
    let points = 0;
    for (let crashAfter = 1, isCrashed = true; isCrashed; crashAfter += 1) {
      const { harness, webhook } = await arrange();
      await harness.announce();
      harness.calls.made = 0;
      harness.calls.crashAfter = crashAfter;
      await harness.announce();
      await harness.pass(1000);
      isCrashed = harness.calls.crashAfter === Number.POSITIVE_INFINITY;
      harness.calls.crashAfter = Number.POSITIVE_INFINITY;
      await harness.pass(60_000);
      const { count, counted, open } = await waitingOf(harness, webhook);
      expect(open, `crash after ${crashAfter}`).toBe(2);
      expect(count, `crash after ${crashAfter}`).toBeLessThanOrEqual(counted);
      expect(count, `crash after ${crashAfter}`).toBeGreaterThanOrEqual(counted - 1);
      points += 1;
    }
    expect(points).toBeGreaterThan(5);
  });
});
