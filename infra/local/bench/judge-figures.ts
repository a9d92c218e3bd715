import type { BurstFigures } from './measure-burst.ts';
import type { FirstSyncFigures } from './measure-first-sync.ts';
import type { LatencyFigures } from './measure-latency.ts';
import type { ReadFigures } from './measure-reads.ts';

export interface BenchFigures {
  latency: LatencyFigures;
  first_sync: FirstSyncFigures;
  burst: BurstFigures;
  reads: ReadFigures;
}

/** A promise of Kalends about its speed or cost, and whether the figures keep it. */
export interface Verdict {
  measurement: keyof BenchFigures;
  promise: string;
  kept: boolean;
}

/** Local mode, default debounce. */
export function judgeFigures({ latency, first_sync, burst }: BenchFigures): Verdict[] {
  return [
    {
      measurement: 'latency',
      promise: 'p95 < 2.50 s, none missing',
      kept: latency.p95_ms < 2500 && latency.missing === 0,
    },
    { measurement: 'first_sync', promise: '≤ 3 list calls', kept: first_sync.list_calls <= 3 },
    {
      measurement: 'burst',
      promise: '≤ 4 delta calls, last change there',
      kept: burst.delta_calls <= 4 && burst.last_change_ms !== null,
    },
  ];
}
