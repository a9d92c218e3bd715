import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readDetails } from '../events/details/read-details.ts';
import { eventPartition, readEventRow } from '../events/event-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { readableRows } from '../store/readable-rows.ts';
import { storedOrder, timeOfOrder } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { type BusySpan, occupationOf } from './merge-spans.ts';

/** Answers of a megabyte for one calendar. */
const mostPages = 10;

/**
 * When the owner of a calendar is not free, in no order. Events that are deleted or declined do not count. One request for
 * a calendar with up to a megabyte of events that end after `from`.
 *
 * @returns `until`: spans after this time were not read; null when all were
 */
export async function readBusySpans(
  table: Table,
  { id, project_id }: { id: string; project_id: string },
  { from, to }: { from: Timestamp; to: Timestamp },
): Promise<{ spans: BusySpan[]; until: Timestamp | null }> {
  const spans: BusySpan[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        // A local index, so the rows come with it. Long events begin at any time before.
        IndexName: 'partition-by-end',
        Select: 'ALL_ATTRIBUTES',
        ConsistentRead: true,
        KeyConditionExpression: 'PK = :pk AND by_end > :from',
        FilterExpression: 'by_start < :to',
        ExpressionAttributeValues: { ':pk': eventPartition(project_id, id), ':from': from, ':to': to },
        ExclusiveStartKey,
      }),
    );
    for (const { event } of readableRows(table, page.Items ?? [], readEventRow)) {
      const isOff = event.is_deleted || event.response_status === 'declined';
      const busy = isOff ? null : occupationOf(readDetails(event));
      if (busy !== null) spans.push({ start: event.start_time, end: event.end_time, busy });
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey) return { spans, until: null };
  }
  const last = storedOrder.safeParse(ExclusiveStartKey?.['by_end']).data;
  return { spans, until: last ? timeOfOrder(last) : from };
}
