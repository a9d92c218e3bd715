import { describe, expect, it } from 'vitest';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import {
  type Delivery,
  isUntouched,
  missDelivery,
  newDelivery,
  recordAttempt,
  restartDelivery,
} from '../../../shared/webhooks/delivery.ts';
import { isReplayed } from '../../../shared/webhooks/replay-choice.ts';
import { createNotification, createTestWebhook } from '../../support/webhook-fixtures.ts';

const created = timestampOf(1_790_000_000_000);
const now = millisOf(created) + 1000;
const day = 86_400;
const createDelivery = (given: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(createTestWebhook(), createNotification().payload, created, 30),
  version: 1,
  ...given,
});
const attempt = { at: created, status_code: 500, duration_ms: 20, response: 'no', error: null };

describe('a new delivery', () => {
  it('is due at once, and is stored as long as the setting says', () => {
    const delivery = newDelivery(createTestWebhook(), createNotification().payload, created, 30);
    expect(delivery).toMatchObject({ status: 'pending', next_attempt_at: created, round: 0, attempts: [], version: 0 });
    expect(delivery.expires_at).toBe(millisOf(created) / 1000 + 30 * day);
    expect(isUntouched(delivery)).toBe(true);
  });

  it('has the same id whenever the same notification comes for the same endpoint', () => {
    expect(createDelivery().id).toBe(createDelivery().id);
    const other = createTestWebhook({ id: 'webhook_BBBBBBBBBBBBBBBB' });
    expect(newDelivery(other, createNotification().payload, created, 30).id).not.toBe(createDelivery().id);
  });
});

describe('recording an attempt', () => {
  it('delivers the delivery when the endpoint accepted it', () => {
    const failed = createDelivery({ status: 'failed', round: 2 });
    expect(recordAttempt(failed, 1, attempt, { accepted: true, now, delayMs: null })).toMatchObject({
      status: 'delivered',
      next_attempt_at: null,
      reason: null,
      attempts: [attempt],
    });
  });

  it('schedules the next attempt when the endpoint refused it', () => {
    expect(recordAttempt(createDelivery(), 1, attempt, { accepted: false, now, delayMs: 5000 })).toMatchObject({
      status: 'failed',
      round: 1,
      next_attempt_at: timestampOf(now + 5000),
    });
  });

  it('exhausts the delivery when the schedule has no further step', () => {
    const last = createDelivery({ status: 'failed', round: 9 });
    expect(recordAttempt(last, 1, attempt, { accepted: false, now, delayMs: null })).toMatchObject({
      status: 'exhausted',
      round: 10,
      next_attempt_at: null,
      reason: null,
    });
  });

  it('only logs a refused attempt when another writer has stored the delivery since it began', () => {
    const restarted = createDelivery({ version: 2 });
    const recorded = recordAttempt(restarted, 1, attempt, { accepted: false, now, delayMs: 5000 });
    expect(recorded).toEqual({ ...restarted, attempts: [attempt] });
  });

  it('delivers the delivery although another writer has stored it since the attempt began', () => {
    const restarted = createDelivery({ version: 2 });
    const recorded = recordAttempt(restarted, 1, attempt, { accepted: true, now, delayMs: null });
    expect(recorded).toMatchObject({ status: 'delivered', next_attempt_at: null });
  });

  it('stores the latest forty attempts', () => {
    let delivery = createDelivery();
    for (let index = 0; index < 50; index += 1) {
      const one = { ...attempt, duration_ms: index };
      delivery = recordAttempt(delivery, 1, one, { accepted: false, now, delayMs: 1000 });
    }
    expect(delivery.attempts.map(({ duration_ms }) => duration_ms)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 10),
    );
  });
});

describe('a delivery that its endpoint misses', () => {
  it('is skipped when the owner had switched the endpoint off before any attempt, and exhausted otherwise', () => {
    const miss = (attempts: (typeof attempt)[], inactive_reason: 'gone' | null) =>
      missDelivery(createDelivery({ attempts }), { inactive_reason }).status;
    expect(miss([], null)).toBe('skipped');
    expect(miss([attempt], null)).toBe('exhausted');
    expect(miss([], 'gone')).toBe('exhausted');
  });

  it('is replayed with `missing`, and with `failed` only after an attempt', () => {
    const skipped = missDelivery(createDelivery(), { inactive_reason: null });
    expect([isReplayed('missing', skipped), isReplayed('failed', skipped)]).toEqual([true, false]);
    const gone = missDelivery(createDelivery(), { inactive_reason: 'gone' });
    expect([isReplayed('missing', gone), isReplayed('failed', gone)]).toEqual([true, false]);
    const tried = missDelivery(createDelivery({ attempts: [attempt] }), { inactive_reason: null });
    expect([isReplayed('missing', tried), isReplayed('failed', tried)]).toEqual([true, true]);
    const delivered = createDelivery({ status: 'delivered' });
    expect([isReplayed('missing', delivered), isReplayed('failed', delivered)]).toEqual([false, false]);
  });
});

describe('sending a delivery again', () => {
  it('begins the schedule again and continues the log', () => {
    const exhausted = missDelivery(createDelivery({ attempts: [attempt], round: 10 }), { inactive_reason: null });
    expect(exhausted).toMatchObject({ status: 'exhausted', reason: 'endpoint_inactive', next_attempt_at: null });
    expect(restartDelivery(exhausted, timestampOf(now))).toMatchObject({
      status: 'pending',
      round: 0,
      reason: null,
      next_attempt_at: timestampOf(now),
      attempts: [attempt],
    });
  });

  it('stores the delivery for two weeks more at least', () => {
    const early = restartDelivery(createDelivery(), timestampOf(now));
    expect(early.expires_at).toBe(createDelivery().expires_at);
    const late = timestampOf(millisOf(created) + 29 * day * 1000);
    expect(restartDelivery(createDelivery(), late).expires_at).toBe(millisOf(late) / 1000 + 14 * day);
  });
});

describe('a replay', () => {
  const attempted = { attempts: [attempt] };

  it.each([
    ['pending', {}, false, false],
    ['delivered', attempted, false, false],
    ['failed', attempted, true, true],
    ['exhausted', attempted, true, true],
    ['exhausted', {}, false, true],
  ] as const)('of a delivery that is %s with %j: failed %s, missing %s', (status, given, failed, missing) => {
    const delivery = createDelivery({ status, attempts: [], ...given });
    expect([isReplayed('failed', delivery), isReplayed('missing', delivery)]).toEqual([failed, missing]);
  });
});
