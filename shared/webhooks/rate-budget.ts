/**
 * Permits for attempts at healthy endpoints that this process may use without a request. The first attempt of a second
 * is free: an endpoint that gets few notifications costs no write for its rate. A process that makes more attempts in
 * the second takes permits from the endpoint's traffic row, in one write as many as it has used in this second, and pays
 * the free one with the first of them. So an endpoint gets at most `perSecond` attempts in a second and one for each process
 * that makes no other; and no attempt is refused before half as many were made, however many processes make them.
 */
export interface RateBudget {
  /**
   * Uses a permit of this second.
   *
   * @param now milliseconds since the epoch
   * @param lease takes up to so many permits from the traffic row, and returns how many: 0 when this second has none left
   * @returns false when this second has no permit left
   */
  take(webhookId: string, now: number, lease: LeasePermits): Promise<boolean>;
}

/** `isFirst`: of the process in this second, so that it may be the first one of all. */
type LeasePermits = (wanted: number, isFirst: boolean) => Promise<number>;

interface Second {
  second: number;
  used: number;
  /** Attempts that wait for a permit now. */
  waiting: number;
  left: number;
  isPaid: boolean;
  /** A lease on its way: attempts side by side share it. */
  leasing: Promise<number> | null;
}

/** In one write. */
const mostPermits = 10;
/** Endpoints that a process remembers. Those of earlier seconds are forgotten then. */
const mostEndpoints = 1000;

export function createRateBudget(): RateBudget {
  const seconds = new Map<string, Second>();
  const forget = (second: number): void => {
    if (seconds.size < mostEndpoints) return;
    for (const [id, known] of seconds) if (known.second < second) seconds.delete(id);
  };

  return {
    take: async (webhookId, now, lease) => {
      const second = Math.floor(now / 1000);
      const known = seconds.get(webhookId);
      if (!known || known.second < second) {
        forget(second);
        seconds.set(webhookId, { second, used: 1, waiting: 0, left: 0, isPaid: false, leasing: null });
        return true;
      }
      known.waiting += 1;
      try {
        while (known.left === 0) {
          known.leasing ??= addPermits(known, lease);
          if ((await known.leasing) === 0) return false;
        }
      } finally {
        known.waiting -= 1;
      }
      known.left -= 1;
      known.used += 1;
      return true;
    },
  };
}

async function addPermits(known: Second, lease: LeasePermits): Promise<number> {
  try {
    // Attempts that begin side by side are counted first.
    await Promise.resolve();
    const free = known.isPaid ? 0 : 1;
    const granted = await lease(Math.min(Math.max(known.used, known.waiting) + free, mostPermits), !known.isPaid);
    known.left += granted;
    if (granted > 0 && !known.isPaid) Object.assign(known, { left: known.left - 1, isPaid: true });
    return granted;
  } finally {
    known.leasing = null;
  }
}
