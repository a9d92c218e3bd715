import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acquireShare, releaseShare } from '../../../shared/worker-shares/share-store.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('shares');
const now = Date.UTC(2026, 10, 27);
const options = { size: 4, now, random: Math.random };

describe('The leases of a project in a lane', () => {
  it('are as many as its share, however many workers ask at once', async () => {
    const about = { lane: 'webhook', projectId: randomUUID(), until: now + 60_000 } as const;
    const leases = await Promise.all(Array.from({ length: 20 }, () => acquireShare(table, about, options)));
    const numbers = leases.flatMap((lease) => lease?.number ?? []);
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2, 3]));
    expect(numbers).toHaveLength(4);
    const other = { ...about, projectId: randomUUID() };
    expect(await acquireShare(table, other, options)).not.toBeNull();
    expect(await acquireShare(table, { ...about, lane: 'bot' }, options)).not.toBeNull();
  });

  it('can be acquired again after their release, and at the end of a worker that was killed', async () => {
    const about = { lane: 'bot', projectId: randomUUID(), until: now + 60_000 } as const;
    const one = { ...options, size: 1 };
    const lease = await acquireShare(table, about, one);
    expect(await acquireShare(table, about, one)).toBeNull();
    if (lease) await releaseShare(table, lease);
    expect(await acquireShare(table, about, one)).not.toBeNull();
    expect(await acquireShare(table, about, one)).toBeNull();
    const later = { ...one, now: now + 60_000 };
    const next = await acquireShare(table, { ...about, until: now + 120_000 }, later);
    expect(next).not.toBeNull();
    // The killed worker comes back to life: it releases nothing of the other.
    if (lease) await releaseShare(table, lease);
    expect(await acquireShare(table, { ...about, until: now + 120_000 }, later)).toBeNull();
  });
});
