import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { calendarOfEvent } from '../platform/ids.ts';
import { getAllRows, getRows } from '../store/batch-get.ts';
import { exists } from '../store/expression.ts';
import type { IndexRow } from '../store/ordered-page.ts';
import { readableRow, readableRows, unreadable } from '../store/readable-rows.ts';
import type { RowKey } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { subsetIndex } from '../store/table-schema.ts';
import { deleteAll } from '../store/write-all.ts';
import { updateRow } from '../store/write-row.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { type EventRest, type EventRow, eventKey, eventPartition, readEventRow, readRest } from './event-row.ts';

/**
 * The events of index rows, in the order of the rows; `missed` as in `getRows`. No request for rows that the index has as
 * a whole, one for all others.
 *
 * @param isConsistent false reads rows at half the price. A row that is older than its index row, or has other bots, is then
 *   read again
 */
export async function getEvents(
  table: Table,
  rows: IndexRow[],
  { isConsistent = true } = {},
): Promise<{ events: EventRow[]; missed: number }> {
  const lacking = rows.filter(({ content }) => content === undefined);
  const read = lacking.length === 0 ? { rows: [], missed: 0 } : await getRows(table, lacking, { isConsistent });
  const firstMissed = lacking[lacking.length - read.missed];
  const wanted = firstMissed ? rows.slice(0, rows.indexOf(firstMissed)) : rows;
  const complete = rows.filter(({ content }) => content !== undefined);
  const known = new Map<string, Record<string, unknown>>();
  const note = (row: Record<string, unknown>): unknown => known.set(String(row['SK']), row);
  for (const row of [...complete, ...read.rows]) note(row);
  // Bots come and go without a new time of change.
  const isAsNew = (found: Record<string, unknown> | undefined, row: IndexRow): boolean =>
    found !== undefined &&
    String(found['by_updated']) >= String(row['by_updated']) &&
    botsText(found) === botsText(row);
  const stale = isConsistent
    ? []
    : wanted.filter((row) => row['by_updated'] !== undefined && !isAsNew(known.get(row.SK), row));
  for (const row of stale.length === 0 ? [] : await getAllRows(table, stale)) note(row);
  const present = wanted.map(({ SK }) => known.get(SK)).filter((row) => row !== undefined);
  return { events: await readOrMark(table, present), missed: rows.length - wanted.length };
}

const botsText = (row: Record<string, unknown>): string => (readRest(row).bot_ids ?? []).toSorted().join();

/**
 * Reads rows of events. One that cannot be read is left out and loses its content hash, so that the next listing of its
 * calendar differs from it and writes it again.
 */
async function readOrMark(table: Table, rows: Record<string, unknown>[]): Promise<EventRow[]> {
  const events: EventRow[] = [];
  for (const row of rows) {
    const event = readableRow(table, row, readEventRow);
    if (event !== unreadable) events.push(event);
    else if (row['content_hash'] !== undefined) {
      await updateRow(table, row as unknown as RowKey, { remove: ['content_hash'], when: exists() });
    }
  }
  return events;
}

/**
 * One request, strongly consistent: an event that was announced is found.
 *
 * @returns null when the event is absent or prefetched, or belongs to another project @throws UnreadableRow
 */
export async function findEvent(table: Table, projectId: string, id: string): Promise<EventRow | null> {
  const {
    rows: [row],
  } = await getRows(table, [eventKey(projectId, calendarOfEvent(id), id)]);
  if (!row || row['by_subset'] !== undefined) return null;
  const [event] = await readOrMark(table, [row]);
  return event ?? readEventRow(row);
}

/** Events of a calendar by id, a hundred a request. Prefetched events are left out, and those that cannot be read. */
export async function readEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<Map<string, EventRow>> {
  return (await readEventsOrRests(table, projectId, calendarId, ids)).events;
}

/** Events of a project by the ids of their calendars and their own. Those that cannot be read are left out. */
export async function readEventsOf(
  table: Table,
  projectId: string,
  events: readonly { id: string; calendar_id: string }[],
): Promise<CalendarEvent[]> {
  const keys = new Map(events.map(({ id, calendar_id }) => [id, eventKey(projectId, calendar_id, id)]));
  const rows = (await getAllRows(table, [...keys.values()])).filter((row) => row['by_subset'] === undefined);
  return readableRows(table, rows, readEventRow).map(({ event }) => event);
}

/** The ids of the bots that events have now, by the id of the event. A hundred events a request. */
export async function readBotIds(
  table: Table,
  projectId: string,
  events: readonly { id: string; calendar_id: string }[],
): Promise<Map<string, string[]>> {
  const keys = new Map(events.map(({ id, calendar_id }) => [id, eventKey(projectId, calendar_id, id)]));
  const rows = await getAllRows(table, [...keys.values()]);
  return new Map(rows.map((row) => [String(row['SK']), readRest(row).bot_ids ?? []]));
}

/**
 * The same, and what can be read of the others: with it a row can be written again.
 *
 * @param known rows that were read already, by id
 */
export async function readEventsOrRests(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
  known: ReadonlyMap<string, Record<string, unknown>> = new Map(),
): Promise<{ events: Map<string, EventRow>; rests: Map<string, EventRest> }> {
  const keys = ids.filter((id) => !known.has(id)).map((id) => eventKey(projectId, calendarId, id));
  const given = ids.map((id) => known.get(id)).filter((row) => row !== undefined);
  const rows = [...given, ...(await getAllRows(table, keys))];
  const events = new Map<string, EventRow>();
  const rests = new Map<string, EventRest>();
  for (const row of rows.filter((one) => one['by_subset'] === undefined)) {
    const read = readableRow(table, row, readEventRow);
    if (read === unreadable) rests.set(String(row['SK']), readRest(row));
    else events.set(String(row['SK']), read);
  }
  return { events, rests };
}

/**
 * Deletes all events of a calendar. Two indexes together have every row: one has the visible events, the other the
 * prefetched ones.
 *
 * @param mayGoOn asked before each batch of 25
 * @returns true when none is left
 */
export async function purgeEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  mayGoOn: () => boolean,
): Promise<boolean> {
  for (const IndexName of ['partition-by-created', subsetIndex.name]) {
    const readKeys = async () => {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName,
          ConsistentRead: true,
          KeyConditionExpression: 'PK = :pk',
          ExpressionAttributeValues: { ':pk': eventPartition(projectId, calendarId) },
          Limit: 500,
        }),
      );
      return Items as RowKey[];
    };
    if (!(await deleteAll(table, readKeys, mayGoOn))) return false;
  }
  return true;
}
