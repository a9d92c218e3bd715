import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/platform/ids.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import { type Delivery, type DeliveryStatus, newDelivery } from '../../../shared/webhooks/delivery.ts';
import { listDeliveries } from '../../../shared/webhooks/delivery-list-store.ts';
import { deliveryKey, deliveryPosition } from '../../../shared/webhooks/delivery-row.ts';
import { findDelivery, insertDelivery } from '../../../shared/webhooks/delivery-store.ts';
import { listWebhookDeliveries } from '../../../shared/webhooks/list-webhook-deliveries.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { useOwnTable } from '../../support/use-stack.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const table = useOwnTable('delivery-keys');

const start = Date.parse('2026-11-01T00:00:00Z');
const day = 86_400_000;

/** An endpoint with deliveries at these times, in milliseconds after the start. */
async function seed(times: number[]): Promise<{ id: `webhook_${string}`; deliveries: Delivery[] }> {
  const id = randomId('webhook');
  const deliveries = times.map((after, index) => {
    const { payload } = createNotification({ idempotency_key: `key-${index}` });
    const made = newDelivery({ id, project_id: 'proj_1' }, payload, timestampOf(start + after), 365);
    const status: DeliveryStatus = index % 3 === 0 ? 'exhausted' : 'delivered';
    return { ...made, status, next_attempt_at: null };
  });
  await Promise.all(deliveries.map((delivery) => insertDelivery(table, delivery, null)));
  deliveries.sort((a, b) => (deliveryPosition(a) < deliveryPosition(b) ? 1 : -1));
  return { id, deliveries };
}

/** Walks the pages from the first to the last, and back from there. */
async function walk(id: string, status: DeliveryStatus | null): Promise<{ there: string[][]; back: string[][] }> {
  const pages: Record<'forward' | 'back', string[][]> = { forward: [], back: [] };
  let last: PageCursor | null = null;
  for (let cursor: PageCursor | null | undefined; cursor !== null; ) {
    const page = await listWebhookDeliveries(table, id, { status, cursor: cursor ?? null });
    pages.forward.push(page.rows.map((row) => row.id));
    ({ next: cursor, previous: last } = page);
  }
  while (last !== null) {
    const page = await listWebhookDeliveries(table, id, { status, cursor: last });
    pages.back.unshift(page.rows.map((row) => row.id));
    last = page.previous;
  }
  return { there: pages.forward, back: pages.back };
}

describe('the deliveries of an endpoint', () => {
  it('are listed like one sorted list, whatever their days, page by page, there and back', async () => {
    const time = fc.oneof(
      fc.integer({ min: 0, max: 40 * day }),
      fc.integer({ min: 0, max: 3 }).map((n) => n * day),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(time, { minLength: 0, maxLength: 70 }),
        fc.constantFrom<DeliveryStatus | null>(null, null, 'exhausted', 'failed'),
        async (times, status) => {
          const { id, deliveries } = await seed(times);
          const wanted = deliveries.filter((one) => status === null || one.status === status).map((one) => one.id);
          const { there, back } = await walk(id, status);
          expect(there.flat()).toEqual(wanted);
          expect(there.slice(0, -1).every((page) => page.length === 25)).toBe(true);
          expect(back.flat()).toEqual(there.slice(0, -1).flat());
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it('are listed from one time to another, oldest first, as a replay reads them', async () => {
    const { id, deliveries } = await seed(Array.from({ length: 60 }, (_, index) => index * 0.4 * day));
    const [since, until] = [timestampOf(start + 3 * day), timestampOf(start + 9 * day)];
    const wanted = deliveries.filter(({ created_at }) => created_at >= since && created_at <= until).reverse();
    const found: Delivery[] = [];
    for (let position: string | null = ''; position !== null; ) {
      const from = position === '' ? null : { position };
      const page = await listDeliveries(table, id, { from, ascending: true, limit: 4, since, until });
      found.push(...page.rows);
      position = page.end;
    }
    expect(found.map((one) => one.id)).toEqual(wanted.map((one) => one.id));
  });

  it('cost one request for the days, and one per shard of each day that a page touches', async () => {
    const { id } = await seed([...Array.from({ length: 40 }, (_, index) => 20 * day + index), 0, day]);
    const { table: recorded, requests } = recordTableCalls(table);
    await listWebhookDeliveries(recorded, id, { status: null, cursor: null });
    expect(requests()).toBe(1 + 8);
    const idle = recordTableCalls(table);
    await listWebhookDeliveries(idle.table, randomId('webhook'), { status: null, cursor: null });
    expect(idle.requests()).toBe(1);
  });
});

describe('a delivery', () => {
  it('is found by its id in one request', async () => {
    const { id, deliveries } = await seed([0, 12 * day + 345]);
    const { table: recorded, requests } = recordTableCalls(table);
    for (const delivery of deliveries) {
      expect(await findDelivery(recorded, id, delivery.id)).toEqual({ ...delivery, version: 1 });
    }
    expect(requests()).toBe(2);
    expect(await findDelivery(table, id, 'delivery_zzzzzzzzzzzzzzzz')).toBeNull();
    expect(await findDelivery(table, id, 'delivery_9999999999999999')).toBeNull();
  });

  it('lies in a partition of its endpoint, its day and one of eight shards', async () => {
    const { id, deliveries } = await seed(Array.from({ length: 200 }, (_, index) => index));
    const partitions = new Set(deliveries.map((one) => deliveryKey(id, one.id).PK));
    expect([...partitions].sort()).toEqual(
      Array.from({ length: 8 }, (_, shard) => `DELIVERIES#${id}#2026-11-01#${shard}`),
    );
    expect(deliveries.every((one) => millisOf(one.created_at) >= start)).toBe(true);
  });
});
