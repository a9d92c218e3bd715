import { describe, expect, it } from 'vitest';
import { createNotificationBus } from '../../../shared/notifications/notification-bus.ts';
import type { OutboxEntry } from '../../../shared/notifications/outbox-row.ts';
import { publishOutbox } from '../../../shared/notifications/publish-outbox.ts';
import type { EventBridgeClient } from '../../../shared/platform/aws/event-bridge-client.ts';

const entryOf = (index: number, text = ''): OutboxEntry => ({
  id: `n${index}`,
  notification: {
    project_id: 'proj_1',
    payload: {
      idempotency_key: `n${index}`,
      calendar_id: 'cal_1',
      calendar_deduplication_key: null,
      calendar_metadata: null,
      trigger: 'calendar.events_update',
      data: { text },
    },
  },
});

/** Publishes an outbox to a bus that refuses some notifications by their ids. */
async function publish(entries: OutboxEntry[], refused: string[] = [], mayGoOn?: () => boolean) {
  const requests: string[][] = [];
  const deleted: string[] = [];
  const putEvents: EventBridgeClient['putEvents'] = async (given) => {
    const ids = given.map(({ Detail }) => JSON.parse(Detail).payload.idempotency_key as string);
    requests.push(ids);
    return ids.map((id) => (refused.includes(id) ? { ErrorCode: 'ThrottlingException' } : { EventId: id }));
  };
  const remove = async (ids: string[]): Promise<void> => {
    deleted.push(...ids);
  };
  const bus = createNotificationBus({ putEvents }, 'bus');
  const failure = await publishOutbox({ bus, remove }, entries, mayGoOn).then(
    () => null,
    (error: Error) => error.message,
  );
  return { sizes: requests.map(({ length }) => length), deleted, failure };
}

describe('an outbox', () => {
  const many = Array.from({ length: 25 }, (_, index) => entryOf(index));

  it('is published ten notifications a request, in their order', async () => {
    const { sizes, deleted, failure } = await publish(many);
    expect(sizes).toEqual([10, 10, 5]);
    expect(deleted).toEqual(many.map(({ id }) => id));
    expect(failure).toBeNull();
  });

  it('keeps what the bus refused, and only that of its request', async () => {
    const { sizes, deleted, failure } = await publish(many, ['n3', 'n7']);
    expect(sizes).toEqual([10, 2, 2, 2, 2]);
    expect(deleted).toEqual(['n0', 'n1', 'n2', 'n4', 'n5', 'n6', 'n8', 'n9']);
    expect(failure).toBe('the bus refused 2 notifications: ThrottlingException');
  });

  it('is published in more requests when notifications are large', async () => {
    const { sizes } = await publish(Array.from({ length: 4 }, (_, index) => entryOf(index, 'x'.repeat(100_000))));
    expect(sizes).toEqual([2, 2]);
  });

  it('keeps what time does not suffice for', async () => {
    let requests = 0;
    const { sizes, failure } = await publish(many, [], () => {
      requests += 1;
      return requests <= 2;
    });
    expect([sizes, failure]).toEqual([[10, 10], null]);
  });
});
