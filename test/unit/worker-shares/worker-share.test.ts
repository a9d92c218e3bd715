import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { shareTimingMs } from '../../../shared/platform/timing.ts';
import { deferralMs } from '../../../shared/worker-shares/deferral.ts';
import type { ShareLease } from '../../../shared/worker-shares/share-store.ts';
import { createWorkerShare } from '../../../shared/worker-shares/worker-share.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const { patience } = shareTimingMs;

/** Processes that share `size` leases of each project. */
function createProcesses(size: number, count: number) {
  const held = new Map<string, Set<number>>();
  const asked: string[] = [];
  let numbers = 0;
  const deps = {
    acquire: async (projectId: string): Promise<ShareLease | null> => {
      asked.push(projectId);
      const leases = held.get(projectId) ?? new Set();
      held.set(projectId, leases);
      if (leases.size >= size) return null;
      numbers += 1;
      leases.add(numbers);
      return { lane: 'bot', projectId, number: numbers, until: 0 };
    },
    release: async ({ projectId, number }: ShareLease) => void held.get(projectId)?.delete(number),
    now: () => performance.now(),
    logger: silentLogger,
  };
  return {
    asked,
    held: (projectId: string) => held.get(projectId)?.size ?? 0,
    share: createWorkerShare(deps),
    shares: Array.from({ length: count }, () => createWorkerShare(deps)),
  };
}

/** Work that hangs until its signal is aborted. */
const hang = (ended: AbortSignal): Promise<string> =>
  new Promise((resolve) => ended.addEventListener('abort', () => resolve('ended')));
const lasting =
  (ms: number) =>
  async (ended: AbortSignal): Promise<string> => {
    await sleep(ms, undefined, { signal: ended }).catch(() => undefined);
    return ended.aborted ? 'ended' : 'done';
  };

describe('Work of a project', () => {
  it('that ends fast asks for no lease', async () => {
    const { asked, share } = createProcesses(1, 1);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => share.run({ projectId: 'one', isSlow: false }, lasting(1))),
    );
    expect(new Set(results)).toEqual(new Set(['done']));
    expect(asked).toEqual([]);
  });

  it('that is slow keeps no more workers busy than its share, and never those of another project', async () => {
    const { shares, held } = createProcesses(2, 10);
    const startedAt = performance.now();
    const slow = shares.map((share) =>
      share.run({ projectId: 'noisy', isSlow: false }, hang).then(() => performance.now() - startedAt),
    );
    await sleep(patience + 300);
    expect(held('noisy')).toBe(2);
    // Eight of ten workers are free again after a moment. The other two go on.
    const ended = await Promise.race([Promise.all(slow).then(() => 10), sleep(50).then(() => 8)]);
    expect(ended).toBe(8);
    const [share] = shares;
    await expect(share?.run({ projectId: 'quiet', isSlow: false }, lasting(1))).resolves.toBe('done');
  });

  it('that is known to be slow asks before it begins, and is not begun without a lease', async () => {
    const { asked, shares } = createProcesses(1, 2);
    const [first, second] = shares;
    const isSlow = { projectId: 'one', isSlow: true };
    const holding = first?.run(isSlow, lasting(50));
    await sleep(0);
    expect(asked).toEqual(['one']);
    await expect(second?.run(isSlow, lasting(1))).resolves.toBeNull();
    await expect(holding).resolves.toBe('done');
  });

  it('side by side in one process has one lease, which is released at the end of the last', async () => {
    const { asked, held, share } = createProcesses(1, 1);
    const works = [1, 2, 3].map((n) => share.run({ projectId: 'one', isSlow: false }, lasting(patience + 100 * n)));
    expect(await Promise.all(works)).toEqual(['done', 'done', 'done']);
    expect(asked).toEqual(['one']);
    expect(held('one')).toBe(0);
  });

  it('that was slow a moment ago is not begun without a lease', async () => {
    const { shares } = createProcesses(1, 2);
    const [first, second] = shares;
    const holding = first?.run({ projectId: 'one', isSlow: false }, lasting(3 * patience));
    await expect(second?.run({ projectId: 'one', isSlow: false }, lasting(2 * patience))).resolves.toBe('ended');
    let isBegun = false;
    const refused = await second?.run({ projectId: 'one', isSlow: false }, async () => {
      isBegun = true;
    });
    expect({ refused, isBegun }).toEqual({ refused: null, isBegun: false });
    await holding;
    await sleep(shareTimingMs.fullMemory);
    await expect(second?.run({ projectId: 'one', isSlow: false }, lasting(1))).resolves.toBe('done');
  });

  it('goes on when its leases cannot be read', async () => {
    const share = createWorkerShare({
      acquire: () => Promise.reject(new Error('the table is away')),
      release: () => Promise.resolve(),
      now: () => performance.now(),
      logger: silentLogger,
    });
    await expect(share.run({ projectId: 'one', isSlow: false }, lasting(patience + 200))).resolves.toBe('done');
  });
});

describe('A message of a project without a lease', () => {
  it('comes back after ever longer pauses, which are spread', () => {
    expect(deferralMs(0, 0.5)).toBe(shareTimingMs.firstDeferral);
    expect(deferralMs(0, 0)).toBeLessThan(deferralMs(0, 0.9));
    expect(deferralMs(50, 0.5)).toBe(shareTimingMs.longestDeferral);
    // Otherwise a process that remembers that there was no lease would not ask.
    expect(deferralMs(0, 0)).toBeGreaterThan(shareTimingMs.fullMemory);
  });
});
