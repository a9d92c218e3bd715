import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { queryRows } from '../store/query-rows.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow } from '../store/write-row.ts';
import { automaticBots, expiryOf, waitingKey, waitingPrefix } from './automatic-bot-row.ts';
import type { EventReference } from './meeting-claim.ts';

const keys = z.array(z.object({ SK: z.string() }));
const waitingRows = z.array(z.object({ SK: z.string(), duplicate_of: z.string().nullable().default(null) }));

/**
 * Ids of the bots that rules gave to a calendar, by the start of their meetings, from a time until before another one.
 * Strongly consistent; one request per megabyte.
 */
export async function listAutomaticBots(
  table: Table,
  calendarId: string,
  { from, to }: { from: Timestamp; to: Timestamp },
): Promise<{ id: string; start: string }[]> {
  const bots: { id: string; start: string }[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': automaticBots(calendarId), ':from': from, ':to': to },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    for (const { SK } of keys.parse(Items)) {
      const [start = '', id = ''] = SK.split('#');
      bots.push({ id, start });
    }
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return bots;
}

/**
 * Notes that an event waits for a place. Repeating it changes nothing.
 *
 * @param duplicateOf the event whose bot is in its room at the same time; null: its calendar has no place
 */
export const putWaitingEvent = (
  table: Table,
  reference: EventReference,
  { start, duplicateOf }: { start: Timestamp; duplicateOf: string | null },
): Promise<boolean> =>
  putRow(table, {
    ...waitingKey(reference, start),
    expires_at: expiryOf(start),
    ...(duplicateOf !== null && { duplicate_of: duplicateOf }),
  });

export const deleteWaitingEvent = (table: Table, reference: EventReference, start: string): Promise<boolean> =>
  deleteRow(table, waitingKey(reference, start));

/**
 * Which of these events wait for a place, by id: the event whose bot is in the room, or null where the calendar has no
 * place. One request for each hundred.
 */
export async function findWaitingEvents(
  table: Table,
  events: { id: string; calendar_id: string; start_time: Timestamp }[],
): Promise<Map<string, string | null>> {
  const wanted = events.map(({ id, calendar_id, start_time }) => waitingKey({ event_id: id, calendar_id }, start_time));
  const rows = waitingRows.parse(await getAllRows(table, wanted));
  return new Map(rows.map(({ SK, duplicate_of }) => [SK.split('#')[2] ?? '', duplicate_of]));
}

/** The events of a calendar that wait for a place, soonest first. One request. */
export async function listWaitingEvents(
  table: Table,
  calendarId: string,
): Promise<{ reference: EventReference; start: string }[]> {
  const rows = keys.parse(await queryRows(table, automaticBots(calendarId), waitingPrefix));
  return rows.map(({ SK }) => {
    const [, start = '', event_id = ''] = SK.split('#');
    return { start, reference: { event_id, calendar_id: calendarId } };
  });
}
