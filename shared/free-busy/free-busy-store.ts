import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readDetails } from '../events/details/read-details.ts';
import { eventPartition, readEventTimes } from '../events/event-row.ts';
import { getEvents } from '../events/event-store.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { indexRowsSchema } from '../store/ordered-page.ts';
import { storedOrder, timeOfOrder } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { type BusySpan, occupationOf } from './merge-spans.ts';

/** Answers of a megabyte for one calendar. */
const mostPages = 10;
const rowsPerRead = 100;
/** Events of a calendar that are larger than an entry of the index, each read alone: some 25 requests, one after the other. */
const mostLargeEvents = 2_500;

/**
 * When the owner of a calendar is not free, in no order. Events that are deleted or declined do not count. One request for
 * a calendar with up to a megabyte of index entries that end after `from`, and one for each hundred events that are larger
 * than an entry.
 *
 * @returns `until`: spans after this time were not read; null when all were
 */
export async function readBusySpans(
  table: Table,
  { id, project_id }: { id: string; project_id: string },
  { from, to }: { from: Timestamp; to: Timestamp },
  mostLarge = mostLargeEvents,
): Promise<{ spans: BusySpan[]; until: Timestamp | null }> {
  const spans: BusySpan[] = [];
  let largeEvents = 0;
  let until = from;
  /** All that end up to this row were read. */
  const noteRead = (row: Record<string, unknown> | undefined): void => {
    const end = storedOrder.safeParse(row?.['by_end']).data;
    if (end) until = timeOfOrder(end);
  };
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        // Long events begin at any time before.
        IndexName: 'partition-by-end',
        ConsistentRead: true,
        KeyConditionExpression: 'PK = :pk AND by_end > :from',
        ExpressionAttributeValues: { ':pk': eventPartition(project_id, id), ':from': from },
        ExclusiveStartKey,
      }),
    );
    const rows = indexRowsSchema.parse(page.Items ?? []).filter((row) => {
      const { start_time, is_deleted } = readEventTimes(row);
      return !is_deleted && (start_time === undefined || start_time < to);
    });
    for (let worked = 0; worked < rows.length; ) {
      if (largeEvents >= mostLarge) return { spans, until };
      const some = rows.slice(worked, worked + rowsPerRead);
      largeEvents += some.filter(({ content }) => content === undefined).length;
      const { events, missed } = await getEvents(table, some, { isConsistent: false });
      for (const { event } of events) {
        const isOff = event.is_deleted || event.response_status === 'declined';
        const busy = isOff ? null : occupationOf(readDetails(event));
        if (busy !== null) spans.push({ start: event.start_time, end: event.end_time, busy });
      }
      worked += some.length - missed;
      noteRead(rows[worked - 1]);
    }
    noteRead(page.LastEvaluatedKey);
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey) return { spans, until: null };
  }
  return { spans, until };
}
