import { setTimeout as sleep } from 'node:timers/promises';
import { platforms } from '../../shared/calendars/calendar.ts';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchCalendar, type BenchContext, type ByPlatform } from './bench-context.ts';

export interface LatencyFigures {
  changes: number;
  calendars: number;
  /** Changes whose webhook did not arrive. */
  missing: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
  /** Mean time from the commit of a change to the first attempt of its webhook. */
  added_mean_ms: number;
}

const calendarsPerPlatform = 3;
const eventsEach = 20;
const arrivalLimitMs = 10_000;

/** A random pause, so that the changes do not follow the rhythm of the debounce buckets. 1.2 s on average. */
const pauseMs = (): number => 900 + Math.random() * 600;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Measures the time from a change at the provider to its webhook. About every 1.2 s one event is renamed. The calendars
 * take turns, half of them at Google, half at Microsoft, so that the webhook of a change arrives long before the next
 * change of the same calendar.
 */
export async function measureLatency(context: BenchContext, changes: number): Promise<ByPlatform<LatencyFigures>> {
  const { receiver, progress } = context;
  const owners = Array.from({ length: calendarsPerPlatform }, (_none, index) =>
    platforms.map((platform) => ({ name: `${platform}-${index + 1}`, platform })),
  ).flat();
  const calendars = await addCalendars(context, owners, { instances: eventsEach });

  const changed = new Map<string, { calendar: BenchCalendar; at: number }>();
  const made = { google: 0, microsoft: 0 };
  const latencies: ByPlatform<number[]> = { google: [], microsoft: [] };
  const added: ByPlatform<number[]> = { google: [], microsoft: [] };
  receiver.onWebhook(({ at, body: { calendar_id, data } }) => {
    const change = changed.get(calendar_id);
    if (change === undefined) return;
    changed.delete(calendar_id);
    const { platform } = change.calendar.person;
    latencies[platform].push(at - change.at);
    // `since` is the time right before the transaction that commits the change.
    added[platform].push(at - Date.parse(data.since ?? ''));
  });

  for (let index = 0; index < changes; index += 1) {
    const calendar = calendars[index % calendars.length];
    const eventId = calendar?.eventIds[Math.floor(Math.random() * eventsEach)];
    if (calendar === undefined || eventId === undefined) throw new Error('the calendar has no events');
    changed.set(calendar.id, { calendar, at: Date.now() });
    made[calendar.person.platform] += 1;
    calendar.person.rename(eventId, `Change ${index}`);
    progress(`latency: change ${index + 1} of ${changes}`);
    await sleep(pauseMs());
  }
  for (const limit = Date.now() + arrivalLimitMs; changed.size > 0 && Date.now() < limit; ) await sleep(20);

  const figuresOf = (platform: keyof typeof made): LatencyFigures => ({
    changes: made[platform],
    calendars: calendarsPerPlatform,
    missing: made[platform] - latencies[platform].length,
    p50_ms: percentile(latencies[platform], 50),
    p95_ms: percentile(latencies[platform], 95),
    max_ms: Math.max(...latencies[platform]),
    added_mean_ms: meanOf(added[platform]),
  });
  return { google: figuresOf('google'), microsoft: figuresOf('microsoft') };
}
