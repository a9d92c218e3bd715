import * as z from 'zod';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { loggedTriggers, runOutcomes, syncLogEntrySchema } from './sync-log-entry.ts';

/** Counts in their stored order. A new count is added at the end. */
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

/** Counts without the zeros at the end. */
const withoutZeros = (values: number[]): number[] => values.slice(0, values.findLastIndex((value) => value !== 0) + 1);

const packedSchema = z.tuple([
  z.string(),
  z.enum(loggedTriggers),
  z.int(),
  z.array(z.number()),
  z.enum(runOutcomes),
  z.string().nullable(),
]);

/**
 * A run as stored: an array without names, at most 100 bytes as JSON, because every run stores one. Times are kept to the
 * millisecond.
 */
export const packedRun = z.codec(packedSchema, syncLogEntrySchema, {
  decode: ([id, trigger, startedAt, values, outcome, error_code]) => ({
    id,
    trigger,
    started_at: timestampOf(startedAt),
    ...(Object.fromEntries(counts.map((name, index) => [name, values[index] ?? 0])) as Record<
      (typeof counts)[number],
      number
    >),
    outcome,
    error_code,
  }),
  encode: (run): z.output<typeof packedSchema> => [
    run.id,
    run.trigger,
    millisOf(run.started_at),
    withoutZeros(counts.map((name) => run[name])),
    run.outcome,
    run.error_code,
  ],
});
