import * as z from 'zod';
import { type CalendarName, calendarPartition, calendarTimer } from '../calendars/calendar-row.ts';
import { absent, all, type Condition, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import { packedJson, storedTimestamp } from '../store/stored-values.ts';
import type { SeenTimer } from './seen-timer.ts';
import { type SyncState, syncContentSchema } from './sync-state.ts';
import { stateDictionary } from './sync-state-dictionary.ts';

/**
 * Version and timer are attributes, because others write them, too. All else is one compressed attribute: below a kilobyte
 * the state takes one write unit, and it is written with every run.
 */
const syncStateRow = defineRow(
  'sync state',
  1,
  z.object({
    version: z.number(),
    due_at: storedTimestamp.optional(),
    content: packedJson(syncContentSchema, stateDictionary),
  }),
);

export const syncStateKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'SYNC' });

export function readSyncState(row: unknown): SyncState {
  const { version, due_at, content } = syncStateRow.read(row);
  return { ...content, version, due_at };
}

const anyContent = packedJson(z.record(z.string(), z.unknown()), stateDictionary);

/**
 * What can be read of a state that cannot be read as a whole. It has no sync token, so that the next run lists the window.
 */
export function readSyncStateRest({ version, due_at, content }: Record<string, unknown>): SyncState {
  const unpacked = z.safeDecode(anyContent, content as Uint8Array<ArrayBuffer>).data ?? {};
  const readable = Object.entries(syncContentSchema.shape).filter(
    ([name, schema]) =>
      name !== 'sync_token' && name in unpacked && z.safeDecode(schema, unpacked[name] as never).success,
  );
  return {
    ...z.decode(syncContentSchema, Object.fromEntries(readable.map(([name]) => [name, unpacked[name]]))),
    version: typeof version === 'number' ? version : 1,
    due_at: storedTimestamp.safeParse(due_at).data,
  };
}

/** The row of a sync state. It is a timer where the state has a `due_at`. */
export function writeSyncState(calendar: CalendarName, state: SyncState): Record<string, unknown> {
  const { version, due_at, ...content } = state;
  return {
    ...syncStateKey(calendar.id),
    ...syncStateRow.write({ version, content }),
    ...(due_at && calendarTimer(calendar, due_at)),
  };
}

/** The stored state has this version, and its timer is as the run knows it. */
export const isAsSeen = (version: number, { stored }: Pick<SeenTimer, 'stored'>): Condition =>
  all(equals('version', version), stored === undefined ? absent('due_at') : equals('due_at', stored));
