import { describe, expect, it } from 'vitest';
import * as timing from '../../../shared/platform/timing.ts';

const second = 1000;
const minute = 60 * second;
const { functionTimeoutMs, webhookTimeoutMs, endpointLeaseMs, deliveryLookaheadMs } = timing;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('the times of webhooks', () => {
  it('let an attempt end before its lease does, and before its function is stopped', () => {
    expect(endpointLeaseMs).toBeGreaterThan(webhookTimeoutMs);
    expect(functionTimeoutMs.fanOut).toBeGreaterThan(webhookTimeoutMs);
    expect(functionTimeoutMs.delivery).toBeGreaterThan(webhookTimeoutMs + sum(timing.leasePausesMs));
  });

  it('make an endpoint degraded before its attempt times out', () => {
    expect(timing.fastAnswerMs).toBeLessThan(webhookTimeoutMs);
    expect(sum(timing.leasePausesMs)).toBeLessThan(timing.fastAnswerMs);
  });

  it('never let the timer of a delivery overtake its message', () => {
    expect(deliveryLookaheadMs).toBeGreaterThanOrEqual(minute);
    expect(timing.deliveryByMessageMs).toBeGreaterThan(deliveryLookaheadMs);
    expect(timing.deliveryMessageLeaseMs).toBeGreaterThan(deliveryLookaheadMs + endpointLeaseMs);
    expect(timing.deliveryClaimMs).toBeGreaterThan(deliveryLookaheadMs + endpointLeaseMs);
  });

  it('store a delivery that is sent again until its schedule has ended', () => {
    const { webhookRetryDelaysMs, longestRetryAfterMs, redeliveredRetentionMs } = timing;
    expect(sum(webhookRetryDelaysMs)).toBeGreaterThan(3 * 24 * 60 * minute);
    expect(Math.max(...webhookRetryDelaysMs)).toBeLessThanOrEqual(longestRetryAfterMs);
    expect(redeliveredRetentionMs).toBeGreaterThan(webhookRetryDelaysMs.length * longestRetryAfterMs * 1.1);
  });

  it('leave a request and a job time to answer', () => {
    expect(timing.purgeInRequestMs).toBeLessThan(functionTimeoutMs.api);
    expect(timing.replayInRequestMs).toBeLessThan(functionTimeoutMs.api);
    expect(timing.webhookJobReserveMs).toBeLessThan(functionTimeoutMs.delivery);
    expect(timing.purgeTimerMs).toBeGreaterThan(Math.max(functionTimeoutMs.api, functionTimeoutMs.delivery));
  });

  it('bring a delivery by its timer only after the notification came again', () => {
    expect(timing.inlineRescueMs).toBeGreaterThan(sum([2, 4, 8, 16, 32, 64].map((pause) => pause * second)));
  });

  it('disable an endpoint only after failures of more than one delivery’s first attempts', () => {
    const { failingMs, webhookRetryDelaysMs, breakerPauseMs } = timing;
    expect(failingMs.leastSpread).toBeGreaterThan(sum(webhookRetryDelaysMs.slice(0, 5)));
    expect(failingMs.disableAfter).toBeGreaterThan(failingMs.leastSpread);
    expect(breakerPauseMs.longest).toBeGreaterThan(breakerPauseMs.first);
  });
});
