import * as z from 'zod';
import { percentile } from '../demo/percentile.ts';
import type { BenchContext } from './bench-context.ts';

export interface ReadFigures {
  pages: number;
  events_per_page: number;
  p50_ms: number;
  p95_ms: number;
  pages_per_second: number;
}

const pageSchema = z.looseObject({ next: z.string().nullable(), results: z.array(z.unknown()) });
const warmUpMs = 1000;
const durationMs = 6000;

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Measures one client that reads all pages of a big calendar again and again, each as soon as it has the last one. */
export async function measureReads({ api, progress }: BenchContext, calendarId: string): Promise<ReadFigures> {
  progress('API reads');
  const first = { calendar_id: calendarId };
  let query: Record<string, string> = first;
  let sizes = 0;
  const read = async (): Promise<number> => {
    const from = performance.now();
    const { next, results } = pageSchema.parse(await api.get('/calendar_events', query));
    query = next === null ? first : Object.fromEntries(new URL(next).searchParams);
    sizes += results.length;
    return performance.now() - from;
  };

  for (const end = performance.now() + warmUpMs; performance.now() < end; ) await read();
  sizes = 0;
  const times: number[] = [];
  const startedAt = performance.now();
  while (performance.now() < startedAt + durationMs) times.push(await read());
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    pages: times.length,
    events_per_page: Math.round(sizes / times.length),
    p50_ms: tenths(percentile(times, 50)),
    p95_ms: tenths(percentile(times, 95)),
    pages_per_second: tenths(times.length / seconds),
  };
}
