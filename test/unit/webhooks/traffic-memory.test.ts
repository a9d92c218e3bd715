import { describe, expect, it } from 'vitest';
import { createTrafficMemory } from '../../../shared/webhooks/traffic-memory.ts';

const now = 1_790_000_000_000;
const minute = 60_000;
const healthy = { healthy_until: now + 60 * minute };

describe('a process', () => {
  it('remembers for a minute that an endpoint is healthy', () => {
    const memory = createTrafficMemory();
    expect(memory.recall('webhook_1', now)).toBeNull();
    memory.remember('webhook_1', healthy, now);
    expect(memory.recall('webhook_1', now + minute - 1)).toBe(healthy);
    expect(memory.recall('webhook_2', now)).toBeNull();
    expect(memory.recall('webhook_1', now + minute)).toBeNull();
  });

  it('reads an endpoint again whose health is to be renewed', () => {
    const memory = createTrafficMemory();
    memory.remember('webhook_1', { healthy_until: now + 30 * minute }, now);
    expect(memory.recall('webhook_1', now)).toBeNull();
  });

  it.each([
    ['unproven', {}],
    ['degraded', { ...healthy, is_degraded: true as const }],
  ])('reads an endpoint each time that is %s', (_health, traffic) => {
    const memory = createTrafficMemory();
    memory.remember('webhook_1', traffic, now);
    expect(memory.recall('webhook_1', now)).toBeNull();
  });

  it('forgets an endpoint that failed or was slow', () => {
    const memory = createTrafficMemory();
    memory.remember('webhook_1', healthy, now);
    memory.forget('webhook_1');
    expect(memory.recall('webhook_1', now)).toBeNull();
  });
});
