import * as z from 'zod';
import { orderings } from '../../shared/store/table-schema.ts';
import { percentile } from '../demo/percentile.ts';
import type { BenchContext } from './bench-context.ts';

/** The first page of a hundred events, by one ordering, of a calendar and of its project. */
export interface OrderingFigures {
  ordering: string;
  owner: 'calendar' | 'project';
  p50_ms: number;
  p95_ms: number;
}

const pageSchema = z.looseObject({ results: z.array(z.unknown()) });
const warmUps = 3;
const pages = 30;

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Measures one client that reads the first page again and again, by each of the eight orderings. */
export async function measureOrderings(
  { api, progress }: BenchContext,
  calendarId: string,
): Promise<OrderingFigures[]> {
  const figures: OrderingFigures[] = [];
  for (const owner of ['calendar', 'project'] as const) {
    for (const { name } of orderings) {
      for (const ordering of [name, `-${name}`]) {
        progress(`a page of a ${owner} by ${ordering}`);
        const query = { ordering, ...(owner === 'calendar' && { calendar_id: calendarId }) };
        const times: number[] = [];
        for (let page = -warmUps; page < pages; page += 1) {
          const from = performance.now();
          const { results } = pageSchema.parse(await api.get('/calendar_events', query));
          if (results.length < 100) throw new Error(`a page by ${ordering} has ${results.length} events`);
          if (page >= 0) times.push(performance.now() - from);
        }
        figures.push({ ordering, owner, p50_ms: tenths(percentile(times, 50)), p95_ms: tenths(percentile(times, 95)) });
      }
    }
  }
  return figures;
}
