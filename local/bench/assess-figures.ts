import { type Platform, platforms } from '../../shared/calendars/calendar.ts';
import type { ByPlatform } from './bench-context.ts';
import type { BurstFigures } from './measure-burst.ts';
import type { ColdStartFigures } from './measure-cold-starts.ts';
import type { FairShareFigures } from './measure-fair-share.ts';
import type { FanOutFigures } from './measure-fan-out.ts';
import type { FirstSyncFigures } from './measure-first-sync.ts';
import type { LatencyFigures } from './measure-latency.ts';
import type { OrderingFigures } from './measure-orderings.ts';
import type { ReadFigures } from './measure-reads.ts';
import type { SaturationFigures } from './measure-saturation.ts';
import type { SpreadFigures } from './measure-spread.ts';

export interface BenchFigures {
  latency: ByPlatform<LatencyFigures>;
  /** Latencies with few and many calendars. */
  spread: SpreadFigures[];
  /** First syncs of calendars of other sizes. */
  first_sync_sizes: FirstSyncFigures[];
  orderings: OrderingFigures[];
  first_sync: ByPlatform<FirstSyncFigures>;
  burst: ByPlatform<BurstFigures>;
  reads: ReadFigures;
  saturation: SaturationFigures[];
  fan_out: FanOutFigures;
  cold_starts: ColdStartFigures[];
  fair_share: FairShareFigures;
}

/** A promise of Kalends about its speed or its cost, and whether the figures keep it. */
export interface Verdict {
  measurement: keyof BenchFigures;
  /** Absent when the promise is not about one platform. */
  platform?: Platform;
  promise: string;
  kept: boolean;
}

/** Limit of list calls for 2,500 instances: Google has large pages, Graph is asked for pages of 200. */
const mostListCalls: ByPlatform<number> = { google: 3, microsoft: 13 };

/** Compares the figures with the promises, which are about local mode with the default debounce. */
export function assessFigures({
  latency,
  spread,
  first_sync,
  burst,
  fan_out,
  fair_share: share,
}: BenchFigures): Verdict[] {
  const ofPlatforms = platforms.flatMap((platform): Verdict[] => {
    const [late, first, burstOf] = [latency[platform], first_sync[platform], burst[platform]];
    const mostPages = mostListCalls[platform];
    return [
      {
        measurement: 'latency',
        platform,
        promise: 'p95 < 2.50 s, no webhook missing',
        kept: late.p95_ms < 2500 && late.missing === 0,
      },
      {
        measurement: 'latency',
        platform,
        promise: 'from commit to first attempt, mean < 500 ms',
        kept: late.added_mean_ms < 500,
      },
      {
        measurement: 'first_sync',
        platform,
        promise: `all instances stored, ≤ ${mostPages} list calls, ≤ 1 event call per series`,
        kept: first.stored === first.instances && first.list_calls <= mostPages && first.event_calls <= first.series,
      },
      {
        measurement: 'burst',
        platform,
        promise: '≤ 4 delta calls, last change stored',
        kept: burstOf.delta_calls <= 4 && burstOf.last_change_ms !== null,
      },
    ];
  });
  const change = share.hanging_p95_ms / share.p95_ms - 1;
  const one = spread.find(({ calendars }) => calendars === 1);
  return [
    ...ofPlatforms,
    ...(one
      ? [
          {
            measurement: 'spread' as const,
            promise: 'one calendar: p95 < 1.30 s, the debounce included, no webhook missing',
            kept: one.p95_ms < 1300 && one.missing === 0,
          },
        ]
      : []),
    {
      measurement: 'fan_out',
      promise: `${fan_out.per_second} notifications a second: no webhook missing`,
      kept: fan_out.missing === 0,
    },
    {
      measurement: 'fair_share',
      promise: `an endpoint that hangs changes the p95 of the others by less than 20 % (now ${(100 * change).toFixed(0)} %), no webhook missing`,
      kept: change < 0.2 && share.missing === 0,
    },
  ];
}
