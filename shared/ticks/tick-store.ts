import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { eventPartition, eventShards } from '../events/event-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, any, equals } from '../store/expression.ts';
import { readOrderedPage } from '../store/ordered-page.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { orderings } from '../store/table-schema.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import type { TickKind } from './tick.ts';

/** The timer that finds the ticks of a project. Only projects with an endpoint that wants ticks have one. */
const tickTimerRow = defineRow('tick timer', 1, z.object({ project_id: z.string(), scanned_until: storedTimestamp }));

/** A tick that was announced, or is about to be: the events of a project are found more than once. */
const tickRow = defineRow('tick', 1, z.object({ claimed_by: z.string(), expires_at: z.number() }));

export const tickTimerPrefix = 'TICKS#';
const timerKey = (projectId: string) => ({ PK: `${tickTimerPrefix}${projectId}`, SK: 'TIMER' });

/** Starts the timer of a project, or begins its search again: an endpoint wants other ticks. */
export async function startTickTimer(
  table: Table,
  projectId: string,
  from: Timestamp,
  dueAt: Timestamp,
): Promise<void> {
  const row = tickTimerRow.write({ project_id: projectId, scanned_until: from });
  await putRow(table, { ...timerKey(projectId), ...row, ...timerAttributes('bot', projectId, dueAt) });
}

/** Up to when the ticks of a project are found. @returns null when the project wants none */
export async function readTickTimer(table: Table, projectId: string): Promise<Timestamp | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: timerKey(projectId), ConsistentRead: true }),
  );
  return Item ? tickTimerRow.read(Item).scanned_until : null;
}

/** @param seen as it was read: another search, or an endpoint that wants other ticks, was faster otherwise */
export async function advanceTickTimer(
  table: Table,
  projectId: string,
  seen: Timestamp,
  { scannedUntil, dueAt }: { scannedUntil: Timestamp; dueAt: Timestamp },
): Promise<void> {
  const set = {
    ...tickTimerRow.writeFields({ scanned_until: scannedUntil }),
    ...timerAttributes('bot', projectId, dueAt),
  };
  await updateRow(table, timerKey(projectId), { set, when: equals('scanned_until', seen) });
}

/** The project wants no ticks any more. */
export async function endTickTimer(table: Table, projectId: string, seen: Timestamp): Promise<void> {
  await deleteRow(table, timerKey(projectId), equals('scanned_until', seen));
}

/** An event whose start or end lies in a span. */
export interface FoundEvent {
  id: string;
  calendar_id: string;
  moment: Timestamp;
}

const eventsPerRead = 1000;
const byTrigger = {
  'event.starting': orderings[1],
  'event.ended': orderings[2],
} as const;

/** Events that start, or end, in [from, until), of a project or of one of its calendars. */
export async function* findMoments(
  table: Table,
  projectId: string,
  calendarId: string | undefined,
  { trigger }: Pick<TickKind, 'trigger'>,
  { from, until }: { from: Timestamp; until: Timestamp },
): AsyncGenerator<FoundEvent[]> {
  const { attribute, partitionIndex, projectIndex } = byTrigger[trigger];
  const scope =
    calendarId === undefined
      ? { index: projectIndex, partitionAttribute: 'project_shard' as const, partitions: eventShards(projectId) }
      : {
          index: partitionIndex,
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
