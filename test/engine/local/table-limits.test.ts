import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { startLimitedTable, type TableLimits } from '../../../local/runner/table-limits/start-limited-table.ts';
import { findCalendar } from '../../../shared/calendars/calendar-store.ts';
import { listCalendars } from '../../../shared/calendars/list-calendars.ts';
import { findEvent, purgeEvents } from '../../../shared/events/event-store.ts';
import { listCalendarEvents } from '../../../shared/events/list-calendar-events.ts';
import { createIdempotencyStore } from '../../../shared/http/idempotency-store.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { getAllRows } from '../../../shared/store/batch-get.ts';
import { queryRows } from '../../../shared/store/query-rows.ts';
import { openTable, type Table } from '../../../shared/store/table.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { transact } from '../../../shared/store/transaction.ts';
import { writeAll } from '../../../shared/store/write-all.ts';
import { putRow } from '../../../shared/store/write-row.ts';
import { countUnits } from '../../support/count-units.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useOwnTable, useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const stack = useStack();
const direct = useOwnTable('table-limits');
const closing: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** The table as functions reach it with these limits. */
async function limit(limits: TableLimits): Promise<Table> {
  const { endpoint, close } = await startLimitedTable(stack.local.dynamodbEndpoint, limits);
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  closing.push(close, () => client.destroy());
  return openTable(direct.name, client);
}

const time = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
const wanted = (count: number) =>
  Array.from({ length: count }, () => ({ start_time: time, end_time: time, created_at: time }));
const rowsOf = (PK: string, count: number, bytes = 10) =>
  Array.from({ length: count }, (_, index) => ({ PK, SK: String(index).padStart(5, '0'), text: 'x'.repeat(bytes) }));
const puts = (rows: Record<string, unknown>[]) => rows.map((Item) => ({ PutRequest: { Item } }));

describe('DynamoDB Local', () => {
  it('refuses an item above 400 kB, and ends a page at a megabyte', async () => {
    await expect(putRow(direct, { PK: 'large', SK: 'a', text: 'x'.repeat(410_000) })).rejects.toThrow(/size/);
    const rows = rowsOf('pages', 8, 390_000);
    for (const row of rows) await putRow(direct, row);
    const meter = countUnits(direct);
    expect(await queryRows(meter.table, 'pages')).toHaveLength(8);
    expect(meter.units().requests).toBeGreaterThan(2);
  });
});

describe('batches that are processed in part', () => {
  it('are sent again until every row is written, read and deleted', { timeout: 60_000 }, async () => {
    const table = await limit({ partialBatches: 0.5 });
    const rows = rowsOf('partial', 120);
    expect(await writeAll(table, puts(rows))).toBe(true);
    expect(await queryRows(direct, 'partial')).toHaveLength(120);
    expect(await getAllRows(table, rows)).toEqual(rows);

    const projectId = randomId('proj');
    const calendar = await seedCalendar(table, projectId);
    await seedEvents(table, calendar, wanted(60));
    expect(await purgeEvents(table, projectId, calendar.id, () => true)).toBe(true);
    expect(await queryRows(direct, `EVENTS#${projectId}#${calendar.id}`)).toEqual([]);
  });
});

describe('a partition key that is full', () => {
  it('refuses single writes, batches and transactions as a whole, and no other key is affected', async () => {
    const table = await limit({ partitionBytes: 20_000 });
    await writeAll(table, puts(rowsOf('full', 15, 1_000)));
    const more = rowsOf('full', 20, 1_000).slice(15);
    await expect(putRow(table, { PK: 'full', SK: 'large', text: 'x'.repeat(9_000) })).rejects.toThrow(
      'ItemCollectionSize',
    );
    await expect(writeAll(table, puts(more))).rejects.toThrow('ItemCollectionSize');
    const large = { PK: 'full', SK: 'large', text: 'x'.repeat(9_000) };
    const both = { other: { put: { PK: 'other', SK: 'a' } }, full: { put: large } };
    await expect(transact(table, both)).rejects.toThrow('ItemCollectionSize');
    expect(await queryRows(direct, 'other')).toEqual([]);
    expect(await queryRows(direct, 'full')).toHaveLength(15);

    expect(await putRow(table, { PK: 'other', SK: 'a' })).toBe(true);
    // What is deleted makes room.
    await writeAll(
      table,
      rowsOf('full', 10).map(({ PK, SK }) => ({ DeleteRequest: { Key: { PK, SK } } })),
    );
    expect(await putRow(table, large)).toBe(true);
  });
});

describe('global indexes that lag', () => {
  it('show rows later, while what a client was notified of is read at once', { timeout: 60_000 }, async () => {
    const table = await limit({ indexLagMs: 4_000 });
    const projectId = randomId('proj');
    const calendar = await seedCalendar(table, projectId, { deduplication_key: 'key' });
    const events = await seedEvents(table, calendar, wanted(3));
    const ids = events.map(({ id }) => id).sort();
    const list = async (calendarId: string | null): Promise<string[]> => {
      const none = { deduplicationKey: null, eventId: null, updatedAtGte: null, startTimeGte: null, endTimeLte: null };
      const page = await listCalendarEvents(
        { table, complete: (rows) => Promise.resolve(rows), bytesOf: () => 0 },
        projectId,
        { ...none, calendarId, ordering: orderings[0], ascending: true, cursor: null },
      );
      return page.rows.map(({ event }) => event.id).sort();
    };
    const calendars = async (deduplicationKey?: string): Promise<number> =>
      (await listCalendars(table, projectId, { deduplicationKey, cursor: null })).rows.length;

    expect(await list(null)).toEqual([]);
    expect(await calendars()).toBe(0);
    expect((await findCalendar(table, projectId, calendar.id))?.calendar.id).toBe(calendar.id);
    expect(await calendars('key')).toBe(1);
    expect(await list(calendar.id)).toEqual(ids);
    expect((await findEvent(table, projectId, ids[0] ?? ''))?.event.id).toBe(ids[0]);

    await waitUntil(async () => (await list(null)).length === 3);
    expect(await list(null)).toEqual(ids);
    expect(await calendars()).toBe(1);
  });
});

describe('rows that are deleted late', () => {
  it('do not count: a key of a POST that has expired is free', async () => {
    const store = createIdempotencyStore(direct);
    const claim = (claimedAt: number) => ({
      projectId: randomId('proj'),
      keyHash: 'a'.repeat(64),
      requestHash: 'b'.repeat(64),
      claimId: `claim ${claimedAt}`,
      claimedAt,
    });
    const first = claim(Date.parse('2026-05-01T00:00:00Z'));
    expect(await store.claimKey(first)).toEqual({ state: 'claimed' });
    await store.storeAnswer(first, 'v1.answer');
    const later = { ...first, claimId: 'later', claimedAt: first.claimedAt + 60_000 };
    expect(await store.claimKey(later)).toEqual({ state: 'answered', sealed: 'v1.answer' });
    const expired = { ...first, claimId: 'expired', claimedAt: first.claimedAt + 25 * 3_600_000 };
    expect(await store.claimKey(expired)).toEqual({ state: 'claimed' });
  });
});
