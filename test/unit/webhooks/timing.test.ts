import { describe, expect, it } from 'vitest';
import { functionTimeoutMs } from '../../../shared/platform/timing.ts';
import { webhookTimingMs as timing } from '../../../shared/platform/webhook-timing.ts';

const second = 1000;
const minute = 60 * second;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('the times of webhooks', () => {
  it('let an attempt end before its lease does, and before its function is stopped', () => {
    expect(timing.lease).toBeGreaterThan(timing.attempt);
    expect(functionTimeoutMs.fanOut).toBeGreaterThan(timing.lease);
    expect(functionTimeoutMs.delivery).toBeGreaterThan(timing.lease + sum(timing.leasePauses));
  });

  it('make an endpoint degraded before its attempt times out', () => {
    expect(timing.fastAnswer).toBeLessThan(timing.attempt);
    expect(sum(timing.leasePauses)).toBeLessThan(timing.fastAnswer);
  });

  it('never let the timer of a delivery overtake its message', () => {
    expect(timing.timerLookahead).toBeGreaterThanOrEqual(minute);
    expect(timing.soon).toBeGreaterThan(timing.timerLookahead);
    expect(timing.messageLease).toBeGreaterThan(timing.timerLookahead + timing.lease);
    expect(timing.timerLease).toBeGreaterThan(timing.timerLookahead + timing.lease);
  });

  it('store a delivery that is sent again until its schedule has ended', () => {
    expect(sum(timing.retryDelays)).toBeGreaterThan(3 * 24 * 60 * minute);
    expect(Math.max(...timing.retryDelays)).toBeLessThanOrEqual(timing.longestRetryAfter);
    expect(timing.redeliveredRetention).toBeGreaterThan(timing.retryDelays.length * timing.longestRetryAfter * 1.1);
  });

  it('leave a request and a job time to answer', () => {
    expect(timing.purgeInRequest).toBeLessThan(functionTimeoutMs.api);
    expect(timing.replayInRequest).toBeLessThan(functionTimeoutMs.api);
    expect(timing.jobReserve).toBeLessThan(functionTimeoutMs.delivery);
    expect(timing.purgeTimer).toBeGreaterThan(Math.max(functionTimeoutMs.api, functionTimeoutMs.delivery));
  });

  it('bring a delivery by its timer only after the notification came again', () => {
    expect(timing.inlineRescue).toBeGreaterThan(sum([2, 4, 8, 16, 32, 64].map((pause) => pause * second)));
  });

  it('disable an endpoint only after failures of more than the first attempts of a delivery', () => {
    expect(timing.leastFailureSpread).toBeGreaterThan(sum(timing.retryDelays.slice(0, 5)));
    expect(timing.disableAfter).toBeGreaterThan(timing.leastFailureSpread);
    expect(timing.longestBreakerPause).toBeGreaterThan(timing.firstBreakerPause);
  });
});
