import { setTimeout as sleep } from 'node:timers/promises';
import { platforms } from '../../shared/calendars/calendar.ts';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchCalendar, type BenchContext } from './bench-context.ts';

/** The time from a change to its webhook, while so many calendars change at once. */
export interface SpreadFigures {
  calendars: number;
  changes: number;
  /** Changes whose webhook did not arrive. */
  missing: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

const changesEach = (calendars: number): number => Math.max(3, Math.ceil(40 / calendars));
const arrivalLimitMs = 30_000;

/**
 * Each calendar is changed, and again when its webhook has come and after a random pause, so that the changes do not follow
 * the rhythm of the debounce buckets.
 */
export async function measureSpread(context: BenchContext, count: number): Promise<SpreadFigures> {
  const { receiver, progress } = context;
  const owners = Array.from({ length: count }, (_none, index) => {
    const platform = platforms[index % platforms.length] ?? 'google';
    return { name: `spread-${count}-${index + 1}`, platform };
  });
  const calendars = await addCalendars(context, owners, { instances: 5 });
  progress(`latency with ${count} calendars`);

  const waiting = new Map<string, { from: number; arrived: (ms: number) => void }>();
  receiver.onWebhook(({ at, body: { calendar_id } }) => {
    const change = waiting.get(calendar_id);
    waiting.delete(calendar_id);
    change?.arrived(at - change.from);
  });
  const changeOnce = async ({ id, person, eventIds }: BenchCalendar, name: string): Promise<number | null> => {
    const arrival = Promise.withResolvers<number | null>();
    waiting.set(id, { from: Date.now(), arrived: arrival.resolve });
    person.rename(eventIds[0] ?? '', name);
    const late = setTimeout(() => arrival.resolve(null), arrivalLimitMs);
    const latency = await arrival.promise;
    clearTimeout(late);
    return latency;
  };
  const each = changesEach(count);
  const latencies = await Promise.all(
    calendars.map(async (calendar) => {
      const own: (number | null)[] = [];
      for (let change = 0; change < each; change += 1) {
        await sleep(500 + Math.random() * 1500);
        own.push(await changeOnce(calendar, `Spread ${change}`));
      }
      return own;
    }),
  );
  const arrived = latencies.flat().filter((ms) => ms !== null);
  const [p50_ms, p95_ms, p99_ms] = [50, 95, 99].map((part) => percentile(arrived, part));
  const changes = count * each;
  return {
    calendars: count,
    changes,
    missing: changes - arrived.length,
    p50_ms: p50_ms ?? Number.NaN,
    p95_ms: p95_ms ?? Number.NaN,
    p99_ms: p99_ms ?? Number.NaN,
  };
}
