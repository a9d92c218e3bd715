import * as z from 'zod';
import { eventPartition, eventShards } from '../events/event-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, any, equals } from '../store/expression.ts';
import { readOrderedPage } from '../store/ordered-page.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { putRow } from '../store/write-row.ts';
import type { TickKind } from './tick.ts';

/** A tick that was announced, or is about to be: the events of a project are found more than once. */
const tickRow = defineRow('tick', 1, z.object({ claimed_by: z.string(), expires_at: z.number() }));

/** An event whose start or end lies in a span. */
export interface FoundEvent {
  id: string;
  calendar_id: string;
  moment: Timestamp;
}

const eventsPerRead = 1000;
/** The order of events by which each kind of tick is found. */
const byTrigger = {
  'event.starting': { attribute: 'by_start', ofCalendar: 'partition-by-start', ofProject: 'project-by-start' },
  'event.ended': { attribute: 'by_end', ofCalendar: 'partition-by-end', ofProject: 'project-by-end' },
} as const;

/** Events that start, or end, in [from, until), of a project or of one of its calendars. */
export async function* findMoments(
  table: Table,
  projectId: string,
  calendarId: string | undefined,
  { trigger }: Pick<TickKind, 'trigger'>,
  { from, until }: { from: Timestamp; until: Timestamp },
): AsyncGenerator<FoundEvent[]> {
  const { attribute, ofCalendar, ofProject } = byTrigger[trigger];
  const scope =
    calendarId === undefined
      ? { index: ofProject, partitionAttribute: 'project_shard' as const, partitions: eventShards(projectId) }
      : {
          index: ofCalendar,
          partitionAttribute: 'PK' as const,
          partitions: [eventPartition(projectId, calendarId)],
        };
  const calendarOf = (partition: string): string => partition.slice(eventPartition(projectId, '').length);
  for (let position: string | null = from; position !== null; ) {
    const page: Awaited<ReturnType<typeof readOrderedPage>> = await readOrderedPage(table, {
      ...scope,
      sortAttribute: attribute,
      ascending: true,
      from: { position, inclusive: position === from },
      high: until,
      limit: eventsPerRead,
    });
    yield page.rows.map((row) => ({
      id: row.SK,
      calendar_id: calendarOf(row.PK),
      moment: storedTimestamp.parse(String(row[attribute]).slice(0, until.length)),
    }));
    position = page.end;
  }
}

/**
 * Claims a tick for a message.
 *
 * @returns false when another message has announced it
 */
export const claimTick = (
  table: Table,
  eventId: string,
  { trigger, offset_minutes, moment }: TickKind & { moment: Timestamp },
  { claimedBy, expiresAt }: { claimedBy: string; expiresAt: number },
): Promise<boolean> =>
  putRow(
    table,
    {
      PK: `TICK#${eventId}`,
      SK: `${trigger}#${offset_minutes}#${moment}`,
      ...tickRow.write({ claimed_by: claimedBy, expires_at: expiresAt }),
    },
    any(absent(), equals('claimed_by', claimedBy)),
  );
