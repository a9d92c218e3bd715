import * as z from 'zod';
import { percentile } from '../demo/percentile.ts';
import type { BenchContext } from './bench-context.ts';

/** So many clients that each send their next request as soon as they have the last answer. */
export interface SaturationFigures {
  clients: number;
  requests_per_second: number;
  p50_ms: number;
  p95_ms: number;
}

const pageSchema = z.looseObject({ results: z.array(z.looseObject({ id: z.string() })).min(1) });
const clientCounts = [1, 2, 4, 8, 16, 32];
const durationMs = 4000;
const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Measures reads of single events by ever more clients: where the rate no longer grows, the API of this machine is saturated. */
export async function measureSaturation(
  { api, progress }: BenchContext,
  calendarId: string,
): Promise<SaturationFigures[]> {
  const { results } = pageSchema.parse(await api.get('/calendar_events', { calendar_id: calendarId }));
  const ids = results.map(({ id }) => id);
  const figures: SaturationFigures[] = [];
  for (const clients of clientCounts) {
    progress(`API saturation: ${clients} clients`);
    const times: number[] = [];
    const startedAt = performance.now();
    const read = async (client: number): Promise<void> => {
      for (let turn = client; performance.now() < startedAt + durationMs; turn += clients) {
        const from = performance.now();
        await api.get(`/calendar_events/${ids[turn % ids.length]}`);
        times.push(performance.now() - from);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_none, client) => read(client)));
    figures.push({
      clients,
      requests_per_second: tenths((1000 * times.length) / (performance.now() - startedAt)),
      p50_ms: tenths(percentile(times, 50)),
      p95_ms: tenths(percentile(times, 95)),
    });
  }
  return figures;
}
