import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';

/** The timer that finds the ticks of a project. Only projects with an endpoint that wants ticks have one. */
const tickTimerRow = defineRow('tick timer', 1, z.object({ project_id: z.string(), scanned_until: storedTimestamp }));

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
  await putRow(table, { ...timerKey(projectId), ...row, ...timerAttributes('bot', projectId, dueAt, projectId) });
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
    ...timerAttributes('bot', projectId, dueAt, projectId),
  };
  await updateRow(table, timerKey(projectId), { set, when: equals('scanned_until', seen) });
}

/** The project wants no ticks any more. */
export async function endTickTimer(table: Table, projectId: string, seen: Timestamp): Promise<void> {
  await deleteRow(table, timerKey(projectId), equals('scanned_until', seen));
}
