import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';

export interface LatencyFigures {
  changes: number;
  calendars: number;
  /** Changes whose webhook did not come. */
  missing: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
}

const calendarCount = 5;
const eventsEach = 20;
const arrivalLimitMs = 10_000;

/** On average, and off any rhythm of the debounce's buckets. */
const pauseMs = (): number => 900 + Math.random() * 600;

/**
 * Provider change → webhook received, one change at a time as in life: about every 1.2 s one event of one of several
 * calendars is renamed. A calendar's next turn comes long after its last one has arrived.
 */
export async function measureLatency(context: BenchContext, changes: number): Promise<LatencyFigures> {
  const { google, receiver, progress } = context;
  const names = Array.from({ length: calendarCount }, (_none, index) => `person-${index + 1}`);
  const calendars = await addCalendars(context, names, eventsEach);

  const changedAt = new Map<string, number>();
  const latencies: number[] = [];
  receiver.onWebhook(({ at, body: { calendar_id } }) => {
    const from = changedAt.get(calendar_id);
    if (from === undefined) return;
    changedAt.delete(calendar_id);
    latencies.push(at - from);
  });

  let missing = 0;
  for (let made = 0; made < changes; made += 1) {
    const calendar = calendars[made % calendarCount];
    const eventId = calendar?.eventIds[Math.floor(Math.random() * eventsEach)];
    if (calendar === undefined || eventId === undefined) throw new Error('a calendar without events');
    if (changedAt.has(calendar.id)) missing += 1;
    changedAt.set(calendar.id, Date.now());
    google.patchEvent(calendar.providerId, eventId, { summary: `Change ${made}` });
    progress(`latency: change ${made + 1} of ${changes}`);
    await sleep(pauseMs());
  }
  for (const limit = Date.now() + arrivalLimitMs; changedAt.size > 0 && Date.now() < limit; ) await sleep(20);
  return {
    changes,
    calendars: calendarCount,
    missing: missing + changedAt.size,
    p50_ms: percentile(latencies, 50),
    p95_ms: percentile(latencies, 95),
    max_ms: Math.max(...latencies),
  };
}
