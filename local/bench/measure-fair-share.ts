import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';

export interface FairShareFigures {
  endpoints: number;
  events: number;
  /** From a change's commit to its first attempt, at all endpoints but one, while that one answers … */
  p50_ms: number;
  p95_ms: number;
  /** … and while it lets every attempt run into the time-out. */
  hanging_p50_ms: number;
  hanging_p95_ms: number;
  /** What the others did not get. */
  missing: number;
  hanging_attempts: number;
}

/** As many as a project may have; one of them has stood all the time. */
const endpoints = 50;
const events = 20;
const calendarCount = 4;
/** With fifty endpoints, 25 deliveries a second: the share is measured, not what one machine can do at most. */
const pauseMs = 2000;
const arrivalLimitMs = 30_000;
/** An attempt without an answer ends. */
const timeoutMs = 15_000;

const endpointSchema = z.object({ id: z.string() });

/**
 * Every change is told to fifty endpoints, twice over: all of them well, then with one that never answers. Before, another
 * one did not, so that this machine, whose two cores send and receive as well, has started what a hanging endpoint holds.
 */
export async function measureFairShare(context: BenchContext): Promise<FairShareFigures> {
  const { api, receiver, progress } = context;
  const owners = Array.from({ length: calendarCount }, (_none, index) => ({
    name: `fair-${index}`,
    platform: 'google' as const,
  }));
  const calendars = await addCalendars(context, owners, { instances: 20 });
  const ids = new Set(calendars.map(({ id }) => id));
  const addEndpoint = (path: string) =>
    api.post('/webhooks', { url: `${receiver.url}${path}`, triggers: ['calendar.events_update'] });
  const hangingPath = '/hangs';
  const { id: hungId } = endpointSchema.parse(await addEndpoint('/hung'));
  for (let index = 0; index < endpoints - 2; index += 1) await addEndpoint(`/fair-${index}`);

  let latencies: number[] = [];
  let hangingAttempts = 0;
  const seen = new Set<string>();
  receiver.onWebhook(({ path, at, body: { calendar_id, idempotency_key, data } }) => {
    if (!ids.has(calendar_id)) return;
    if (path === hangingPath) hangingAttempts += 1;
    if (path === hangingPath || path === '/hung') return;
    const first = `${path} ${idempotency_key}`;
    if (seen.has(first)) return;
    seen.add(first);
    latencies.push(at - Date.parse(data.since ?? ''));
  });
  const run = async (label: string): Promise<number[]> => {
    latencies = [];
    for (let turn = 0; turn < events; turn += 1) {
      progress(`fair share, ${label}: change ${turn + 1} of ${events}`);
      const calendar = calendars[turn % calendars.length];
      calendar?.person.rename(calendar.eventIds[turn] ?? '', `${label} ${turn}`);
      await sleep(pauseMs);
    }
    const wanted = events * (endpoints - 1);
    for (const limit = Date.now() + arrivalLimitMs; latencies.length < wanted && Date.now() < limit; ) await sleep(50);
    return latencies;
  };

  receiver.hang('/hung');
  await run('warm up');
  await api.delete(`/webhooks/${hungId}`);
  await addEndpoint(hangingPath);
  await sleep(timeoutMs);
  const well = await run('all well');
  receiver.hang(hangingPath);
  hangingAttempts = 0;
  const hanging = await run('one hangs');
  return {
    endpoints,
    events,
    p50_ms: percentile(well, 50),
    p95_ms: percentile(well, 95),
    hanging_p50_ms: percentile(hanging, 50),
    hanging_p95_ms: percentile(hanging, 95),
    missing: 2 * events * (endpoints - 1) - well.length - hanging.length,
    hanging_attempts: hangingAttempts,
  };
}
