import * as z from 'zod';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { loggedTriggers, runOutcomes, type SyncLogEntry } from './sync-log-entry.ts';

/** Counts in their stored order. */
const counts = [
  'duration_ms',
  'provider_calls',
  'events_read',
  'created',
  'changed',
  'deleted',
  'skipped',
  'drift',
] as const;

const runSchema = z
  .tuple([
    z.string(),
    z.enum(loggedTriggers),
    z.number(),
    z.array(z.number()).length(counts.length),
    z.enum(runOutcomes),
    z.string().nullable(),
  ])
  .transform(
    ([id, trigger, startedAt, values, outcome, error_code]): SyncLogEntry => ({
      id,
      trigger,
      started_at: timestampOf(startedAt),
      ...(Object.fromEntries(counts.map((name, index) => [name, values[index]])) as Record<
        (typeof counts)[number],
        number
      >),
      outcome,
      error_code,
    }),
  );

/** Runs as stored: JSON arrays without names, about 100 bytes each. */
export const packedRuns = z.string().transform((text) => z.array(runSchema).parse(JSON.parse(text)));

/** Times are kept to the millisecond. */
export const packRuns = (runs: SyncLogEntry[]): string =>
  JSON.stringify(
    runs.map((run) => [
      run.id,
      run.trigger,
      millisOf(run.started_at),
      counts.map((name) => run[name]),
      run.outcome,
      run.error_code,
    ]),
  );
