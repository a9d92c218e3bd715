import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLease, leaseFreeAt, nextSecond, refusalOf } from '../../../shared/webhooks/concurrency-limit.ts';
import {
  type EndpointTraffic,
  healthOf,
  leaseName,
  leaseNumbers,
  storedTraffic,
} from '../../../shared/webhooks/endpoint-traffic.ts';

const limits = { concurrency: 4, perSecond: 50 };
const now = 1_000_000;
const first = () => 0;

describe('the concurrency limit', () => {
  it('gives leases that were never acquired or are free again, and no lease in use', () => {
    expect(chooseLease({}, limits, now, first)).toEqual({ kind: 'free', lease: 0 });
    const traffic = { lease_0: now + 1, lease_1: now + 1, lease_2: now };
    expect(chooseLease(traffic, limits, now, first)).toEqual({ kind: 'free', lease: 2 });
    expect(chooseLease(traffic, limits, now, () => 0.99)).toEqual({ kind: 'free', lease: 3 });
  });

  it('refuses without a time when every lease is in use', () => {
    const traffic = { lease_0: now + 1, lease_1: now + 1, lease_2: now + 1, lease_3: now + 1 };
    expect(chooseLease(traffic, limits, now, first)).toEqual({ kind: 'refused', retryAt: null });
  });

  it('refuses until the end of the pause while the circuit breaker is open, and gives leases again afterwards', () => {
    expect(chooseLease({ open_until: now + 500 }, limits, now, first)).toEqual({ kind: 'refused', retryAt: now + 500 });
    expect(chooseLease({ open_until: now }, limits, now, first)).toEqual({ kind: 'free', lease: 0 });
  });

  it('has no room at a degraded endpoint whose breaker is open or whose leases are in use, and tries every other one', () => {
    const inUse = { lease_0: now + 1, lease_1: now + 1, lease_2: now + 1, lease_3: now + 1 };
    const degraded = { is_degraded: true as const };
    expect(refusalOf({ ...degraded, open_until: now + 500 }, limits, now)).toEqual({
      kind: 'refused',
      retryAt: now + 500,
    });
    expect(refusalOf({ ...degraded, ...inUse }, limits, now)).toEqual({ kind: 'refused', retryAt: null });
    expect(refusalOf({ ...degraded, ...inUse, lease_3: now }, limits, now)).toBeNull();
    expect(refusalOf(inUse, limits, now)).toBeNull();
    expect(refusalOf({}, limits, now)).toBeNull();
  });

  it('refuses for an endpoint that was deleted', () => {
    expect(chooseLease({ deleted_at: 1 }, limits, now, first)).toEqual({ kind: 'refused', retryAt: null });
  });

  it('gives a free lease below the limit for every random number', () => {
    const traffic = fc.dictionary(
      fc.constantFrom(...leaseNumbers.map(leaseName)),
      fc.integer({ min: 0, max: 2 * now }),
    );
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(traffic, random, fc.integer({ min: 1, max: 20 }), (row: EndpointTraffic, at, concurrency) => {
        const choice = chooseLease(row, { concurrency }, now, () => at);
        if (choice.kind === 'refused') return;
        expect(choice.lease).toBeLessThan(concurrency);
        expect(row[leaseName(choice.lease)] ?? 0).toBeLessThanOrEqual(now);
      }),
    );
  });

  it('has a place in the row for every lease', () => {
    expect(leaseNumbers.filter((lease) => !(leaseName(lease) in storedTraffic.shape))).toEqual([]);
  });

  it('frees a lease when its attempt ends, but no faster than the rate', () => {
    expect(leaseFreeAt(now, now + 10, limits)).toBe(now + 80);
    expect(leaseFreeAt(now, now + 3000, limits)).toBe(now + 3000);
  });

  it('refuses a healthy endpoint without room until the next second begins', () => {
    expect([0, 1, 999, 1000].map(nextSecond)).toEqual([1000, 1000, 1000, 2000]);
  });
});

describe('the health of an endpoint', () => {
  it('is unproven without traffic, and an hour after the last fast answer', () => {
    expect(healthOf({}, now)).toBe('unproven');
    expect(healthOf({ healthy_until: now }, now)).toBe('unproven');
  });

  it('is healthy after a fast answer', () => {
    expect(healthOf({ healthy_until: now + 1 }, now)).toBe('healthy');
  });

  it('is degraded after a failure or a slow answer, for however long', () => {
    expect(healthOf({ is_degraded: true }, now)).toBe('degraded');
  });
});
