import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { percentile } from '../demo/percentile.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';

export interface FairShareFigures {
  endpoints: number;
  events: number;
  /** From a change's commit to its first attempt at the other endpoints, while all endpoints answer … */
  p50_ms: number;
  p95_ms: number;
  /** … and while one endpoint lets every attempt time out. */
  hanging_p50_ms: number;
  hanging_p95_ms: number;
  /** Webhooks that the other endpoints did not receive. */
  missing: number;
  /** Attempts at the endpoint that never answers. */
  hanging_attempts: number;
}

/** A project may have no more. */
const endpoints = 50;
const events = 20;
const calendarCount = 4;
/** With fifty endpoints this is 25 deliveries a second: far below the limit of the machine, so that only fairness counts. */
const pauseMs = 2000;
const arrivalLimitMs = 30_000;
/** An attempt without an answer ends after this time. */
const timeoutMs = 15_000;

const endpointSchema = z.object({ id: z.string() });

/**
 * Measures the delivery of changes to fifty endpoints, twice: all of them answer, then one never answers. A warm-up with
 * another endpoint that never answers comes first. It starts the workers that such an endpoint keeps busy, so that their
 * start is not part of the measurement.
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
    for (let index = 0; index < events; index += 1) {
      progress(`fair share, ${label}: change ${index + 1} of ${events}`);
      const calendar = calendars[index % calendars.length];
      calendar?.person.rename(calendar.eventIds[index] ?? '', `${label} ${index}`);
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
