import * as z from 'zod';
import { readOrderedPage } from '../store/ordered-page.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import type { FailedMailbox, MailboxFailureCode } from './organization.ts';
import { isFailed, mailboxRow, organizationPartition } from './organization-row.ts';

const codeSchema = z.object({ failure: z.object({ code: z.string() }) });
const failureCodeOf = (row: object): string | undefined => codeSchema.safeParse(row).data?.failure.code;

/**
 * A page of the mailboxes of a connection that could not be connected; those that failed last come first. With a code a page
 * may end early.
 */
export async function listFailedMailboxes(
  table: Table,
  id: string,
  { code, cursor, limit }: { code: MailboxFailureCode | null; cursor: PageCursor | null; limit: number },
): Promise<Page<FailedMailbox>> {
  const { rows, end } = await readOrderedPage(table, {
    index: 'partition-by-created',
    partitionAttribute: 'PK',
    partitions: [organizationPartition(id)],
    sortAttribute: 'by_created',
    ascending: cursor?.direction === 'back',
    from: cursor,
    limit,
    fullRows: true,
    ...(code !== null && { accept: (row) => failureCodeOf(row) === code }),
  });
  const failed = readableRows(table, rows, mailboxRow.read).filter(isFailed);
  return pageOf({ rows: failed, positions: rows.map(({ by_created }) => String(by_created)), end }, cursor);
}
