import { describe, expect, it } from 'vitest';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { newDelivery } from '../../../shared/webhooks/delivery.ts';
import { dueTimeOf, messagesFor } from '../../../shared/webhooks/next-attempt.ts';
import { createNotification, createTestWebhook } from '../../support/webhook-fixtures.ts';

const now = 1_790_000_000_000;
const dueIn = (ms: number | null) => ({
  ...newDelivery(createTestWebhook(), createNotification().payload, timestampOf(now), 30),
  next_attempt_at: ms === null ? null : timestampOf(now + ms),
});
const timerIn = (ms: number | null) => {
  const at = dueTimeOf(dueIn(ms), now);
  return at && millisOf(at) - now;
};

describe('the next attempt of a delivery', () => {
  it('comes by a message when it is due within two minutes, with a timer behind it', () => {
    expect(messagesFor(dueIn(5000), now, 3)).toEqual([
      {
        message: { kind: 'delivery', webhook_id: dueIn(0).webhook_id, delivery_id: dueIn(0).id, deferrals: 3 },
        projectId: dueIn(0).project_id,
        delaySeconds: 5,
      },
    ]);
    expect([timerIn(5000), timerIn(119_999)]).toEqual([95_000, 209_999]);
  });

  it('comes by its timer alone when it is due later', () => {
    expect(messagesFor(dueIn(120_000), now)).toEqual([]);
    expect(timerIn(120_000)).toBe(120_000);
  });

  it('comes at once when it is overdue', () => {
    expect(messagesFor(dueIn(-60_000), now)).toMatchObject([{ delaySeconds: 0 }]);
    expect(timerIn(-60_000)).toBe(90_000);
  });

  it('has neither message nor timer when none will follow', () => {
    expect(messagesFor(dueIn(null), now)).toEqual([]);
    expect(timerIn(null)).toBeNull();
  });
});
