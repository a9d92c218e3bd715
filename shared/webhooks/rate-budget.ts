/**
 * Permits for attempts at healthy endpoints that this process may use without a request. The first attempt of a second
 * is free: an endpoint that gets few notifications costs no write for its rate. A process that makes more attempts in
 * the second takes permits from the endpoint's traffic row, several in one write, and pays the free one with the first
 * of them. So an endpoint gets at most `perSecond` attempts in a second and one for each process that makes no other.
 */
export interface RateBudget {
  /**
   * Uses a permit of this second.
   *
   * @param now milliseconds since the epoch
   * @param lease takes permits from the traffic row, and returns how many: 0 when this second has none left
   * @returns false when this second has no permit left
   */
  take(webhookId: string, now: number, lease: () => Promise<number>): Promise<boolean>;
}

interface Second {
  second: number;
  left: number;
  isPaid: boolean;
  /** A lease on its way: attempts side by side share it. */
  leasing: Promise<number> | null;
}

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
        seconds.set(webhookId, { second, left: 0, isPaid: false, leasing: null });
        return true;
      }
      while (known.left === 0) {
        known.leasing ??= addPermits(known, lease);
        if ((await known.leasing) === 0) return false;
      }
      known.left -= 1;
      return true;
    },
  };
}

async function addPermits(known: Second, lease: () => Promise<number>): Promise<number> {
  try {
    const granted = await lease();
    known.left += granted;
    if (granted > 0 && !known.isPaid) Object.assign(known, { left: known.left - 1, isPaid: true });
    return granted;
  } finally {
    known.leasing = null;
  }
}
