import * as z from 'zod';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { jsonText, shortUuid } from '../store/stored-values.ts';
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

const packedFields = [shortUuid, z.enum(loggedTriggers), z.int(), z.array(z.number())] as const;
const packedSchema = z.union([
  z.tuple(packedFields),
  z.tuple([...packedFields, z.enum(runOutcomes), z.string().nullable()]),
]);

/**
 * A run as stored: an array without names, about 70 bytes as JSON, because every run stores one. Times are kept to the
 * millisecond. A run that succeeded has no outcome.
 */
export const packedRun = z.codec(packedSchema, syncLogEntrySchema, {
  decode: ([id, trigger, startedAt, values, outcome = 'ok', error_code = null]) => ({
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
  encode: (run): z.output<typeof packedSchema> => {
    const values = withoutZeros(counts.map((name) => run[name]));
    const usual = [run.id, run.trigger, millisOf(run.started_at), values] as const;
    return run.outcome === 'ok' && run.error_code === null ? [...usual] : [...usual, run.outcome, run.error_code];
  },
});

/** Runs as text, oldest first. */
export const packedRuns = jsonText(z.array(packedRun));
