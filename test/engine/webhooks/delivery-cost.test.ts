import { describe, expect, it } from 'vitest';
import type { WebhookPayload } from '../../../shared/notifications/notification.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import { createRateBudget } from '../../../shared/webhooks/rate-budget.ts';
import { createTrafficMemory } from '../../../shared/webhooks/traffic-memory.ts';
import { countUnits, describeUnits } from '../../support/count-units.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { itemBytes } from '../../support/item-bytes.ts';
import { readDeliveryRows } from '../../support/read-deliveries.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('delivery-cost');

/** What Kalends publishes of a usual sync, in a project that gives its calendars some metadata. */
const payload: Partial<WebhookPayload> = {
  calendar_id: 'cal_9bCdE2fGhJ3kLmN4',
  calendar_deduplication_key: 'user-4711@example.com',
  calendar_metadata: { tenant: 'acme', user: '4711', department: 'Sales EMEA' },
  data: {
    state: 'connected',
    connection_failure_data: null,
    last_successful_sync_at: '2026-11-21T09:00:00.918Z',
    last_attempted_sync_at: '2026-11-21T09:00:00.918Z',
    sync_id: '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b',
    created: 1,
    changed: 0,
    deleted: 0,
  },
};

/** Endpoints that are healthy and have had a delivery today. */
async function arrange(endpoints: number) {
  const meter = countUnits(table);
  const harness = createDeliveryHarness(meter.table);
  const webhooks: Webhook[] = [];
  for (let index = 0; index < endpoints; index += 1) {
    webhooks.push(await harness.addEndpoint(() => ({ status: 200, text: '{"received":true,"queued_as":"4f1f3b3e"}' })));
  }
  await harness.announce(payload);
  harness.jump(60_000);
  meter.reset();
  return { meter, harness, webhooks };
}

const show = (what: string, lines: string): void => void process.stdout.write(`${what}\n${lines}\n`);

describe('a notification', () => {
  it('costs one write unit for a healthy endpoint, and one read unit, in three requests', async () => {
    const { meter, harness } = await arrange(1);
    await harness.announce(payload);
    harness.jump(2000);
    meter.reset();
    await harness.announce(payload);
    show('one healthy endpoint', describeUnits(meter.entries()));
    expect(meter.units()).toEqual({ writes: 1, reads: 1, requests: 3 });
  });

  it('costs half a read unit more in a process that has made no attempt at the endpoint', async () => {
    const { meter, harness } = await arrange(1);
    harness.deps.rates = createRateBudget();
    harness.deps.memory = createTrafficMemory();
    await harness.announce(payload);
    expect(meter.units()).toEqual({ writes: 1, reads: 1.5, requests: 3 });
  });

  it('costs one write unit for each of several healthy endpoints', async () => {
    const { meter, harness } = await arrange(4);
    await harness.announce(payload);
    expect(meter.units()).toEqual({ writes: 4, reads: 4.5, requests: 6 });
  });

  it('costs no write when it comes again', async () => {
    const { meter, harness } = await arrange(1);
    await harness.announce({ ...payload, idempotency_key: 'the same' });
    meter.reset();
    await harness.announce({ ...payload, idempotency_key: 'the same' }, harness.lastAnnounced());
    expect(meter.units()).toMatchObject({ writes: 0, requests: 2 });
    expect(harness.arrivals.filter(({ key }) => key === 'the same')).toHaveLength(1);
  });

  it('costs a tenth of a write unit more for each further one of the second in a process', async () => {
    const { meter, harness } = await arrange(1);
    for (let index = 0; index < 31; index += 1) await harness.announce(payload);
    // The first is free until there is a second one: thirty-one permits are leases of 2, 2, 4, 8, 10 and 10.
    expect(meter.units().writes).toBe(31 + 6);
  });

  it('costs at most eight write units for a degraded endpoint: row, timer, lease and outcome', async () => {
    const { meter, harness } = await arrange(0);
    await harness.addEndpoint(() => 500);
    await harness.announce(payload);
    meter.reset();
    await harness.announce(payload);
    show('a degraded endpoint', describeUnits(meter.entries()));
    expect(meter.units().writes).toBeLessThanOrEqual(8);
  });
});

describe('the row of a delivery', () => {
  it('that succeeded has less than a kilobyte', async () => {
    const { harness, webhooks } = await arrange(1);
    await harness.announce(payload);
    const rows = await readDeliveryRows(table, webhooks[0]?.id ?? '');
    const sizes = rows.filter(({ status }) => status === 'delivered').map(itemBytes);
    show('bytes of a delivered delivery', sizes.join(', '));
    expect(Math.max(...sizes)).toBeLessThan(900);
    expect(sizes).toHaveLength(2);
  });
});
