import type { Duration } from './random.ts';

/**
 * How long steps take in the cloud, in milliseconds. The parts that Kalends computes were measured by `npm run bench`
 * (CPU of a sync, of a fan-out, of a claim); the requests are assumed as the sources say, and rather slow than fast.
 */
export const serviceTimes = {
  /**
   * A sync that finds nothing: query of the calendar, one delta, one write of the state. Providers answer a delta within
   * 100–300 ms, DynamoDB within 10 ms. With 512 MB a function has three tenths of a processor: 15 ms of CPU take 50.
   */
  quietSync: { median: 245, p99: 1_200 },
  /** A sync that finds a change: as above, and the read of the event, the transaction, and the publication. */
  changeSync: { median: 345, p99: 1_500 },
  /** The daily sync: token refresh, one listing of three pages, one delta; every sixth time the channel as well. */
  dailySync: { median: 1_200, p99: 4_000 },
  /** A token refresh: one request to the provider, one write. */
  refresh: { median: 200, p99: 1_000 },
  /** From `PutEvents` to the queue: EventBridge states a median of a quarter of a second. */
  bus: { median: 250, p99: 1_000 },
  /** Read of the endpoints, the request to one endpoint, one write. */
  fanOut: { median: 180, p99: 2_000 },
} as const satisfies Record<string, Duration>;

/** The dispatcher claims ten rows at a time in each shard, some 20 ms for ten. */
export const claimMs = 2;
