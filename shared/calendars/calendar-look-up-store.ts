import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { CalendarId } from '../platform/ids.ts';
import { getAllRows } from '../store/batch-get.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import type { Calendar } from './calendar.ts';
import { calendarKey, calendarShards, deduplicationKey, deduplicationRow, readCalendar } from './calendar-row.ts';

/** Reads of calendars without their sync states, whose format most functions need not know. */

/** @returns id of the calendar that holds the key, or null */
export async function findCalendarByKey(table: Table, projectId: string, key: string): Promise<CalendarId | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deduplicationKey(projectId, key), ConsistentRead: true }),
  );
  return Item ? deduplicationRow.read(Item).calendar_id : null;
}

/** A page of a project's calendars in the order of their creation. */
export function listCalendarRows(
  table: Table,
  projectId: string,
  { from, ascending, limit }: { from: RowPosition | null; ascending: boolean; limit: number },
): Promise<OrderedRows> {
  return readOrderedPage(table, {
    index: 'project-by-created',
    partitionAttribute: 'project_shard',
    partitions: calendarShards(projectId),
    sortAttribute: 'by_created',
    ascending,
    from,
    limit,
  });
}

/** Calendars by id, without sync states, a hundred a request. Deleted calendars and those of other projects are left out. */
export async function readCalendars(table: Table, projectId: string, ids: string[]): Promise<Map<string, Calendar>> {
  const calendars = new Map<string, Calendar>();
  for (let index = 0; index < ids.length; index += 100) {
    const rows = await getAllRows(table, ids.slice(index, index + 100).map(calendarKey));
    for (const calendar of readableRows(table, rows, readCalendar)) {
      if (calendar.project_id === projectId && !calendar.deleted_at) calendars.set(calendar.id, calendar);
    }
  }
  return calendars;
}
