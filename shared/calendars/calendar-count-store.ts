import * as z from 'zod';
import { projectTimingMs } from '../platform/timing.ts';
import { countRows } from '../store/count-rows.ts';
import { above, absent, all, any, atMost, below, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import { calendarShards } from './calendar-row.ts';

/**
 * How many calendars a project has, or is about to create. A crash between this row and a calendar leaves the number too
 * high, never too low: it is counted again before a calendar is refused, once an hour at most.
 */
const calendarCountRow = defineRow(
  'calendar count',
  1,
  z.object({ count: z.number().default(0), counted_at: z.number().default(0) }),
);

const countKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'CALENDAR_COUNT' });

/**
 * Counts a calendar that is about to be created. One write.
 *
 * @param now milliseconds since the epoch
 * @returns false when the project has `limit` already
 */
export async function takeCalendarPlace(table: Table, projectId: string, limit: number, now: number): Promise<boolean> {
  const take = () =>
    updateRow(table, countKey(projectId), {
      add: { count: 1 },
      when: any(below('count', limit), ...(limit > 0 ? [absent('count')] : [])),
    });
  const taken = await take();
  if (taken.done) return true;
  return (await countAgain(table, projectId, calendarCountRow.read(taken.row).count, now)) && (await take()).done;
}

/** @returns whether the project has fewer calendars than its row said */
async function countAgain(table: Table, projectId: string, stored: number, now: number): Promise<boolean> {
  const isOld = any(absent('counted_at'), atMost('counted_at', now - projectTimingMs.countRetry));
  const claimed = await updateRow(table, countKey(projectId), {
    set: calendarCountRow.writeFields({ counted_at: now }),
    when: all(equals('count', stored), isOld),
  });
  if (!claimed.done) return false;
  const found = await countRows(table, 'project-by-created', 'project_shard', calendarShards(projectId));
  if (found >= stored) return false;
  // Not done when another request has changed the number since then: it is counted again an hour later.
  const corrected = await updateRow(table, countKey(projectId), {
    set: calendarCountRow.writeFields({ count: found }),
    when: equals('count', stored),
  });
  return corrected.done;
}

/** A calendar was deleted, or was not created after all. */
export async function freeCalendarPlace(table: Table, projectId: string): Promise<void> {
  await updateRow(table, countKey(projectId), { add: { count: -1 }, when: above('count', 0) });
}
