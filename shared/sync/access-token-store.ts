import * as z from 'zod';
import { calendarPartition } from '../calendars/calendar-row.ts';
import { sealedText } from '../platform/sealed.ts';
import { defineRow } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow } from '../store/write-row.ts';

const accessTokenRow = defineRow(
  'access token',
  1,
  z.object({
    sealed: sealedText,
    /** Version of the account's grant that it belongs to. */
    grant: z.number(),
    expires_at: storedTimestamp,
  }),
);

/**
 * A calendar's copy of the access token of its account, so that a sync need not read the account. It is a separate row,
 * because it changes about once an hour, and the sync state with every run. Both are read by the same request.
 */
export type StoredAccessToken = ReturnType<typeof accessTokenRow.read>;

export const accessTokenSortKey = 'ACCESS_TOKEN';
export const accessTokenKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: accessTokenSortKey });

export const readAccessToken = accessTokenRow.read;

export async function putAccessToken(table: Table, calendarId: string, token: StoredAccessToken): Promise<void> {
  await putRow(table, { ...accessTokenKey(calendarId), ...accessTokenRow.write(token) });
}

export async function deleteAccessToken(table: Table, calendarId: string): Promise<void> {
  await deleteRow(table, accessTokenKey(calendarId));
}
