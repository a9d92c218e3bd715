import { createHash } from 'node:crypto';
import * as z from 'zod';
import { idOf, shardOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { lookupOf } from '../store/lookup.ts';
import { defineRow } from '../store/row.ts';
import { lookupAttributes, projectShards } from '../store/table-schema.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type Calendar, calendarSchema } from './calendar.ts';

export const calendarPartition = (calendarId: string): string => `CALENDAR#${calendarId}`;

/** A calendar by its id, and its provider, whose queue it has. */
export type CalendarName = Pick<Calendar, 'id' | 'platform'>;

/** The timer of a calendar, due at a time. */
export const calendarTimer = ({ id, platform }: CalendarName, dueAt: Timestamp) =>
  timerAttributes(`${platform}-sync`, id, dueAt, null);

/** The outbox of a calendar. */
export const calendarOutbox = ({ id, platform }: CalendarName) => ({
  partition: calendarPartition(id),
  id,
  timerKind: `${platform}-sync` as const,
});
export const calendarKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'CALENDAR' });

/** A row that exists while a calendar has the key. It makes the key unique, and finds the calendar. */
export function deduplicationKey(projectId: string, key: string) {
  const PK = `DEDUPLICATION#${projectId}#CALENDAR#${createHash('sha256').update(key).digest('hex')}`;
  return { PK, SK: 'DEDUPLICATION' };
}

export const deduplicationRow = defineRow('deduplication', 1, z.object({ calendar_id: idOf('cal') }));

/** Partitions of the project index that list a project's calendars. */
export const calendarShards = (projectId: string): string[] =>
  Array.from({ length: projectShards.calendars }, (_, shard) => `${projectId}#CALENDAR#${shard}`);

const calendarRow = defineRow('calendar', 1, calendarSchema);

export const readCalendar = calendarRow.read;
export const calendarFields = calendarRow.writeFields;

export function writeCalendar(calendar: Calendar): Record<string, unknown> {
  return {
    ...calendarKey(calendar.id),
    ...calendarRow.write(calendar),
    project_shard: calendarShards(calendar.project_id)[shardOf(calendar.id, projectShards.calendars)],
    by_created: `${calendar.created_at}#${calendar.id}`,
    ...(calendar.deduplication_key !== null && {
      [lookupAttributes.deduplicationKey]: lookupOf(calendar.project_id, 'CALENDAR', calendar.deduplication_key),
    }),
  };
}
