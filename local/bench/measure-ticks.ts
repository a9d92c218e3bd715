import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { platforms } from '../../shared/calendars/calendar.ts';
import { connectCalendars } from '../demo/connect-calendars.ts';
import { percentile } from '../demo/percentile.ts';
import type { BenchContext } from './bench-context.ts';

/** Webhooks `event.starting` of events that start one after the other within a minute. */
export interface TickFigures {
  events: number;
  calendars: number;
  missing: number;
  /** Events that were moved ten seconds before their start. A webhook for the former time counts in `twice`. */
  moved: number;
  /** Events with more than one webhook, and webhooks before the start of their event. */
  twice: number;
  early: number;
  /** From the start of the event to the arrival of its webhook. */
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
}

const calendarCount = 20;
const eventsEach = 100;
const firstSyncLimitMs = 120_000;
const minuteMs = 60_000;
const tickSchema = z.looseObject({ event_id: z.string(), starts_at: z.string() });
/** Longer than ticks are searched ahead, so that the search of the project finds them, as it does in usual work. */
const minutesBefore = 4;
/** The last events of these calendars are moved shortly before they start. */
const movedCount = 4;
const movedBeforeMs = 10_000;
const movedByMs = 5_000;
/** After the last start: late webhooks, and second ones. */
const quietMs = 15_000;

/** Measures 2,000 events of twenty calendars that start within one minute, with one endpoint for all. */
export async function measureTicks({
  api,
  platforms: simulated,
  receiver,
  progress,
}: BenchContext): Promise<TickFigures> {
  const path = '/ticks';
  await api.post('/webhooks', { url: `${receiver.url}${path}`, triggers: ['event.starting'], offsets_minutes: [0] });
  const count = calendarCount * eventsEach;
  const firstStart = (Math.ceil(Date.now() / minuteMs) + minutesBefore) * minuteMs;
  const startOf = (event: number, calendar: number): number =>
    firstStart + 1000 * Math.floor((60 * (event * calendarCount + calendar)) / count);
  const people = Array.from({ length: calendarCount }, (_none, index) => {
    const platform = platforms[index % platforms.length] ?? 'google';
    const name = `ticks-${index}`;
    const person = simulated[platform].addPerson({ name, email: `${name}@example.com`, key: name }, 'UTC');
    const ids = person.planMany(
      Array.from({ length: eventsEach }, (_other, event) => {
        const start = Temporal.Instant.fromEpochMilliseconds(startOf(event, index))
          .toZonedDateTimeISO('UTC')
          .toPlainDateTime();
        return { title: `Tick ${event}`, start, end: start.add({ minutes: 30 }), guests: [] };
      }),
    );
    return { person, moving: ids.at(-1) ?? '', start: startOf(eventsEach - 1, index) };
  });
  const late: number[] = [];
  const counts = new Map<string, number>();
  receiver.onWebhook(({ path: to, at, body }) => {
    if (to !== path) return;
    const { event_id, starts_at } = tickSchema.parse(body.data);
    counts.set(event_id, (counts.get(event_id) ?? 0) + 1);
    late.push(at - Date.parse(starts_at));
  });
  const connected = people.map(({ person }) => person);
  await connectCalendars(api, receiver, connected, firstSyncLimitMs);
  const moves = people.slice(0, movedCount).map(async ({ person, moving, start }) => {
    await sleep(start - movedBeforeMs - Date.now());
    person.move(moving, start + movedByMs, start + movedByMs + 30 * minuteMs);
  });
  for (const end = firstStart + minuteMs + quietMs; Date.now() < end; await sleep(500)) {
    progress(`ticks: ${counts.size} of ${count}, the first at ${new Date(firstStart).toISOString()}`);
  }
  await Promise.all(moves);
  return {
    events: count,
    calendars: calendarCount,
    moved: movedCount,
    missing: count - counts.size,
    twice: [...counts.values()].filter((times) => times > 1).length,
    early: late.filter((ms) => ms < 0).length,
    p50_ms: percentile(late, 50),
    p95_ms: percentile(late, 95),
    max_ms: Math.max(...late),
  };
}
