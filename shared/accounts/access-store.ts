import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, any, below, equals } from '../store/expression.ts';
import { readableRow, unreadable } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow } from '../store/write-row.ts';
import { type SealedAccess, sealedAccessSchema } from './account.ts';
import { accountPartition } from './account-row.ts';

export const accessTokenRow = defineRow('access token', 1, sealedAccessSchema);

/** The access token that the calendars of an account share. */
export const accessKey = (accountId: string) => ({ PK: accountPartition(accountId), SK: 'ACCESS_TOKEN' });

/** While the row exists, and its time is not over, one worker alone refreshes the access token. */
const refreshRow = defineRow('refresh', 1, z.object({ until: storedTimestamp }));
export const refreshKey = (accountId: string) => ({ PK: accountPartition(accountId), SK: 'REFRESH' });

/**
 * The access token that the calendars of an account share. One strongly consistent request.
 *
 * @returns undefined where there is none, or where it cannot be read: it is granted again
 */
export async function readSharedAccess(table: Table, accountId: string): Promise<SealedAccess | undefined> {
  const [row] = await getAllRows(table, [accessKey(accountId)]);
  const access = row && readableRow(table, row, accessTokenRow.read);
  return access === unreadable ? undefined : access;
}

/** Makes this worker the only one that refreshes the access token, until a time. @returns false when another one does */
export const acquireRefresh = (
  table: Table,
  accountId: string,
  { until, now }: Record<'until' | 'now', Timestamp>,
): Promise<boolean> =>
  putRow(table, { ...refreshKey(accountId), ...refreshRow.write({ until }) }, any(absent(), below('until', now)));

/** The next worker may refresh at once. */
export async function releaseRefresh(table: Table, accountId: string, until: Timestamp): Promise<void> {
  await deleteRow(table, refreshKey(accountId), equals('until', until));
}

export async function putAccess(table: Table, accountId: string, access: SealedAccess): Promise<void> {
  await putRow(table, { ...accessKey(accountId), ...accessTokenRow.write(access) });
}
