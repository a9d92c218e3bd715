import { describe, expect, it } from 'vitest';
import { createNotificationBus } from '../../../shared/notifications/notification-bus.ts';
import type { EventBridgeClient } from '../../../shared/platform/aws/event-bridge-client.ts';
import { mostRequests } from '../../../shared/platform/repeat-refused.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

type Answers = Awaited<ReturnType<EventBridgeClient['putEvents']>>;

/** A bus that answers each request in turn, and takes everything afterwards. */
function busAnswering(...answers: Answers[]) {
  const requests: string[][] = [];
  const bus = createNotificationBus(
    {
      putEvents: (entries) => {
        const keyOf = (detail: string) => (JSON.parse(detail) as ReturnType<typeof createNotification>).payload;
        requests.push(entries.map(({ Detail }) => keyOf(Detail).idempotency_key));
        return Promise.resolve(answers.shift() ?? entries.map((_, index) => ({ EventId: String(index) })));
      },
    },
    'bus',
  );
  return { bus, requests };
}

const notifications = ['a', 'b', 'c'].map((key) => createNotification({ idempotency_key: key }));
const refused = { ErrorCode: 'ThrottlingException' };

describe('notifications that the bus took in part', () => {
  it('are put again, and only those, until all are taken', async () => {
    const { bus, requests } = busAnswering([refused, { EventId: '1' }, refused], [{ EventId: '2' }, refused]);
    expect(await bus.publishAll(notifications)).toEqual([null, null, null]);
    expect(requests).toEqual([['a', 'b', 'c'], ['a', 'c'], ['c']]);
  });

  it('are reported by their codes after a few requests', async () => {
    const { bus, requests } = busAnswering(
      [{ EventId: '1' }, refused, { EventId: '3' }],
      ...Array.from({ length: 20 }, () => [refused]),
    );
    expect(await bus.publishAll(notifications)).toEqual([null, 'ThrottlingException', null]);
    expect(requests).toHaveLength(mostRequests);
  });

  it('are not put again when they are at fault themselves', async () => {
    const { bus, requests } = busAnswering([{ EventId: '1' }, { ErrorCode: 'MalformedDetail' }, { EventId: '3' }]);
    expect(await bus.publishAll(notifications)).toEqual([null, 'MalformedDetail', null]);
    expect(requests).toHaveLength(1);
  });

  it('fail the publication of a single one', async () => {
    const { bus } = busAnswering(...Array.from({ length: 20 }, () => [refused]));
    await expect(bus.publish(createNotification())).rejects.toThrow('the bus refused a notification: Throttling');
  });
});
