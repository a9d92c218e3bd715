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

const packedFields = [shortUuid, z.enum(loggedTriggers), z.int(), z.array(z.number())] as const;
const packedSchema = z.array(
  z.union([z.tuple(packedFields), z.tuple([...packedFields, z.enum(runOutcomes), z.string().nullable()])]),
);

/** Counts without the zeros at the end. */
const withoutZeros = (values: number[]): number[] => values.slice(0, values.findLastIndex((value) => value !== 0) + 1);

/**
 * Runs as stored: JSON arrays without names, about 70 bytes each, because the sync state is written by every run. Times
 * are kept to the millisecond. A run that succeeded has no outcome.
 */
export const packedRuns = z.codec(z.string(), z.array(syncLogEntrySchema), {
  decode: (text, context) => {
    const packed = z.safeDecode(jsonText(packedSchema), text);
    if (!packed.success) {
      context.issues.push({ code: 'custom', input: text, message: 'not packed runs' });
      return z.NEVER;
    }
    return packed.data.map(([id, trigger, startedAt, values, outcome = 'ok', error_code = null]) => ({
      id,
      trigger,
      started_at: timestampOf(startedAt),
      ...(Object.fromEntries(counts.map((name, index) => [name, values[index] ?? 0])) as Record<
        (typeof counts)[number],
        number
      >),
      outcome,
      error_code,
    }));
  },
  encode: (runs) =>
    JSON.stringify(
      runs.map((run) => [
        z.encode(shortUuid, run.id),
        run.trigger,
        millisOf(run.started_at),
        withoutZeros(counts.map((name) => run[name])),
        ...(run.outcome === 'ok' && run.error_code === null ? [] : [run.outcome, run.error_code]),
      ]),
    ),
});
