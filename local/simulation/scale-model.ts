import { functionTimeoutMs, syncTimingMs, timerTimingMs } from '../../shared/platform/timing.ts';
import { timerShards } from '../../shared/store/table-schema.ts';
import { createRandom } from './random.ts';
import { claimMs, serviceTimes } from './service-times.ts';
import { Station, type StationFigures } from './station.ts';
import { Timeline } from './timeline.ts';

export interface Load {
  calendars: number;
  /** Changes per calendar and day. */
  changes: number;
  /** How much more of them come in the busiest hour than in an average one. */
  peak: number;
  /** Workers of each queue. */
  workers: number;
  /** Simulated minutes. */
  minutes: number;
  seed: number;
}

export interface ScaleFigures {
  stations: StationFigures[];
  /** From the change to its webhook, milliseconds; the debounce is part of it. */
  latency: { p50: number; p95: number; p99: number };
  /** Per second, on average. */
  rates: { pushes: number; dailySyncs: number; changes: number };
  /** The latest that a timer was claimed after it was due, milliseconds. */
  latestClaimMs: number;
}

/** The debounce holds a notification for its delay. */
const debounceMs = 1_000;
const dayMs = 86_400_000;
/** A run of the dispatcher claims timers for so long. */
const dispatchMs = functionTimeoutMs.dispatch - timerTimingMs.dispatchReserve;

/**
 * Simulates the busiest hour of a deployment in which the daily work of all calendars falls together as closely as the
 * code allows: all were connected at the same time, so their timers lie within `listingSpread`. Half of the calendars are
 * Google's. One event after the other; nothing is approximated but the service times (`service-times.ts`).
 */
export function simulateScale({ calendars, changes, peak, workers, minutes, seed }: Load): ScaleFigures {
  const timeline = new Timeline();
  const random = createRandom(seed);
  const sync = {
    google: new Station('google sync queue', workers, timeline),
    microsoft: new Station('microsoft sync queue', workers, timeline),
  };
  const fanOut = new Station('notification queue', workers, timeline);
  const endMs = minutes * 60_000;
  const platform = () => (random.next() < 0.5 ? 'google' : 'microsoft');

  const latencies: number[] = [];
  const announce = (changedAt: number): void => {
    timeline.add(timeline.now + random.duration(serviceTimes.bus), () =>
      fanOut.arrive(random.duration(serviceTimes.fanOut), () => latencies.push(timeline.now - changedAt)),
    );
  };
  const pushMs = dayMs / (calendars * changes * peak);
  let pushes = 0;
  const push = (): void => {
    pushes += 1;
    const changedAt = timeline.now;
    timeline.add(changedAt + debounceMs, () =>
      sync[platform()].arrive(random.duration(serviceTimes.changeSync), () => announce(changedAt)),
    );
    timeline.add(changedAt + random.pause(pushMs), push);
  };
  timeline.add(random.pause(pushMs), push);

  // The dispatcher of each minute claims what is due, shard by shard side by side, and sends it at once.
  const duePerMinute = (calendars * timerTimingMs.dispatchInterval) / syncTimingMs.listingSpread;
  let [dailySyncs, latestClaimMs, backlog] = [0, 0, 0];
  const inAll = 2 * timerShards;
  const dispatch = (): void => {
    const most = Math.floor((dispatchMs / claimMs) * inAll);
    const due = duePerMinute + backlog;
    const claimed = Math.round(Math.min(due, most));
    backlog = due - claimed;
    for (let index = 0; index < claimed; index += 1) {
      const after = Math.floor(index / inAll) * claimMs;
      timeline.add(timeline.now + after + debounceMs, () => {
        sync[platform()].arrive(random.duration(serviceTimes.dailySync));
      });
      latestClaimMs = Math.max(latestClaimMs, after + timerTimingMs.dispatchInterval);
    }
    dailySyncs += claimed;
    timeline.add(timeline.now + timerTimingMs.dispatchInterval, dispatch);
  };
  timeline.add(timerTimingMs.dispatchInterval, dispatch);

  timeline.runUntil(endMs);
  latencies.sort((one, other) => one - other);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  const perSecond = (count: number): number => (count * 1000) / endMs;
  return {
    stations: [sync.google, sync.microsoft, fanOut].map((station) => station.figures()),
    latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    rates: { pushes: perSecond(pushes), dailySyncs: perSecond(dailySyncs), changes: perSecond(latencies.length) },
    latestClaimMs,
  };
}
