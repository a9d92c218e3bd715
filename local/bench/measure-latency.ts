import { setTimeout as sleep } from 'node:timers/promises';
import { platforms } from '../../shared/calendars/calendar.ts';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchCalendar, type BenchContext, type ByPlatform } from './bench-context.ts';

export interface LatencyFigures {
  changes: number;
  calendars: number;
  /** Changes whose webhook did not come. */
  missing: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
  /** Of that, from the commit of the change to the first attempt of its webhook, on average. */
  added_mean_ms: number;
}

const calendarsPerPlatform = 3;
const eventsEach = 20;
const arrivalLimitMs = 10_000;

/** On average, and off any rhythm of the debounce's buckets. */
const pauseMs = (): number => 900 + Math.random() * 600;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Provider change → webhook received, one change at a time as in life: about every 1.2 s one event of one of several
 * calendars is renamed, half of them at Google, half at Microsoft. A calendar's next turn comes long after its last one
 * has arrived.
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
    // `since` is stamped right before the transaction that commits the change.
    added[platform].push(at - Date.parse(data.since ?? ''));
  });

  for (let turn = 0; turn < changes; turn += 1) {
    const calendar = calendars[turn % calendars.length];
    const eventId = calendar?.eventIds[Math.floor(Math.random() * eventsEach)];
    if (calendar === undefined || eventId === undefined) throw new Error('a calendar without events');
    changed.set(calendar.id, { calendar, at: Date.now() });
    made[calendar.person.platform] += 1;
    calendar.person.rename(eventId, `Change ${turn}`);
    progress(`latency: change ${turn + 1} of ${changes}`);
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
