import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { findCalendar } from '../../shared/calendars/calendar-store.ts';
import { findCalendarEvent } from '../../shared/events/list-calendar-events.ts';
import { eventIdOf } from '../../shared/platform/ids.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import { openTable, type Table } from '../../shared/store/table.ts';
import { writeAll } from '../../shared/store/write-all.ts';
import { eventItem } from '../../shared/sync/event-write-row.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../runner/local-account.ts';
import type { LocalStack } from '../start-local.ts';
import { addCalendars, type BenchContext } from './bench-context.ts';
import { measureOrderings, type OrderingFigures } from './measure-orderings.ts';

export interface RowsFigures {
  rows: number;
  orderings: OrderingFigures[];
}

const pageSchema = z.looseObject({ results: z.array(z.looseObject({ id: z.string() })).min(1) });
const owner = { name: 'many-rows', platform: 'google' } as const;
const writers = 8;
const rowsAtOnce = 500;
const neverExpires = 4_000_000_000;

/**
 * Measures a page of a hundred events by each ordering, in a calendar of so many events. They are written into the table as a
 * sync writes them, because a provider's list of so many takes too long.
 */
export async function measureRows(
  context: BenchContext,
  { projectId, tableName, dynamodbEndpoint }: Pick<LocalStack, 'projectId' | 'tableName' | 'dynamodbEndpoint'>,
  count: number,
): Promise<RowsFigures> {
  const [calendar] = await addCalendars(context, [owner], { instances: 100 });
  if (!calendar) throw new Error('no calendar');
  const client = new DynamoDBClient({
    endpoint: dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  try {
    await seed(context, openTable(tableName, client), { projectId, calendarId: calendar.id, count });
  } finally {
    client.destroy();
  }
  return { rows: count, orderings: await measureOrderings(context, calendar.id) };
}

/** Copies of one event of the calendar at other times. */
async function seed(
  { api, progress }: BenchContext,
  table: Table,
  { projectId, calendarId, count }: { projectId: string; calendarId: string; count: number },
): Promise<void> {
  const { results } = pageSchema.parse(await api.get('/calendar_events', { calendar_id: calendarId }));
  const pattern = await findCalendarEvent(table, projectId, results[0]?.id ?? '');
  const found = await findCalendar(table, projectId, calendarId);
  if (!pattern || !found) throw new Error('no event to copy');
  const rowOf = (index: number): Record<string, unknown> => {
    const uuid = `copy-${index}`;
    const at = Date.now() + (index % 40_000) * 60_000;
    const times = { start_time: timestampOf(at), end_time: timestampOf(at + 1_800_000) };
    const item = eventItem(found.calendar, {
      type: 'created',
      id: eventIdOf(found.calendar.id, uuid),
      content: { ...pattern.event, ...times, platform_uuid: uuid },
      content_hash: uuid,
      updated_at: timestampOf(Date.now() + index),
      expires_at: neverExpires,
    });
    if (!('update' in item)) throw new Error('a created event is an update');
    return { ...item.update, ...item.change.set, ...item.change.setOnce };
  };
  let written = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_none, writer) => {
      for (let from = writer * rowsAtOnce; from < count; from += writers * rowsAtOnce) {
        const rows = Array.from({ length: Math.min(rowsAtOnce, count - from) }, (_row, offset) => rowOf(from + offset));
        await writeAll(
          table,
          rows.map((Item) => ({ PutRequest: { Item } })),
        );
        written += rows.length;
        progress(`rows: ${written} of ${count}`);
      }
    }),
  );
}
