import { accessTokenRow } from '../accounts/access-store.ts';
import type { SealedAccess } from '../accounts/account.ts';
import { calendarPartition } from '../calendars/calendar-row.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow } from '../store/write-row.ts';

/**
 * A calendar's copy of the access token of its account, so that a sync need not read the account. It is a separate row,
 * because it changes about once an hour, and the sync state with every run. Both are read by the same request.
 */
export const accessTokenSortKey = 'ACCESS_TOKEN';
export const accessTokenKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: accessTokenSortKey });

export const readAccessToken = accessTokenRow.read;

export async function putAccessToken(table: Table, calendarId: string, token: SealedAccess): Promise<void> {
  await putRow(table, { ...accessTokenKey(calendarId), ...accessTokenRow.write(token) });
}

export async function deleteAccessToken(table: Table, calendarId: string): Promise<void> {
  await deleteRow(table, accessTokenKey(calendarId));
}
