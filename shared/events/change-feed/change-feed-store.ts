import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { millisOf, type Timestamp, timestampOf } from '../../platform/timestamp.ts';
import { feedTimingMs } from '../../platform/timing.ts';
import { getAllRows } from '../../store/batch-get.ts';
import { absent, any, below, equals } from '../../store/expression.ts';
import { type OrderedRows, readOrderedPage } from '../../store/ordered-page.ts';
import { queryRows } from '../../store/query-rows.ts';
import { readableRow, readableRows, unreadable } from '../../store/readable-rows.ts';
import type { Table } from '../../store/table.ts';
import { changeShards, subsetIndex } from '../../store/table-schema.ts';
import { writeAll } from '../../store/write-all.ts';
import { deleteRow, putRow, updateRow } from '../../store/write-row.ts';
import {
  type ChangeOwner,
  changeShardOf,
  changesKey,
  changesOfCalendar,
  changesRow,
  commitTermsKey,
  commitTermsRow,
  dayOf,
  dayPartition,
  inFlightPartition,
  type Marker,
  markerKey,
  markerRow,
  timeOfPosition,
} from './change-row.ts';
import type { BotsChange, EventChange } from './event-change.ts';

/*
 * The changes of a project in commit order (docs/decisions/0005-change-feed-in-commit-order.md). The changes of one
 * commit are one row. Rows are ordered by their position, `<time of the first change>#<calendar>`, over the shards of a day.
 *
 * Nothing may ever appear before a position that was delivered, whatever the clocks say. Therefore:
 * - A commit first writes its in-flight marker, then reads the project's high-water mark, and stamps its changes later
 *   than the mark. Its transaction deletes the marker.
 * - A reader first raises the high-water mark to the position up to which it wants to read, then reads the in-flight
 *   markers, and delivers up to the oldest of them.
 * So either the reader has seen the marker, or the commit has seen the mark. A marker that stays too long is fenced by the
 * reader that waits for it: its commit fails as a whole and is made again, with a later time.
 *
 * A project without a high-water mark has never read its feed: its commits write no marker, and are given up when they take
 * longer than `unmarkedCommit`. The first reader writes the mark and waits until all of these are over.
 */

/** A commit that may stamp its changes now. */
export interface OpenCommit {
  /** Name of its in-flight marker; null when the feed was never read. */
  marker: string | null;
  /** Changes must be stamped later than this time. */
  after: Timestamp | null;
  /** The project has bot rules, which the changes are announced to. */
  hasBotRules: boolean;
  /** Days with changes, see `noteChangeDay`. */
  changeDays: ReadonlySet<string>;
  /** Ends the commit when it takes too long: without a marker, or without bot rules, which may be stored meanwhile. */
  signal?: AbortSignal;
}

/**
 * Opens a commit. One request in a project whose feed was never read. Otherwise three: the calendar's in-flight marker is
 * written, and the high-water mark read again after it.
 *
 * @param name of the marker. A marker of the same calendar is replaced, because its run is dead
 * @param openedAt the present, by the clock that stamps @param expiresAt seconds since the epoch
 */
export async function openCommit(
  table: Table,
  calendar: ChangeOwner,
  { name, openedAt, expiresAt }: { name: string; openedAt: Timestamp; expiresAt: number },
): Promise<OpenCommit> {
  const unmarked = AbortSignal.timeout(feedTimingMs.unmarkedCommit);
  const withoutRules = AbortSignal.timeout(feedTimingMs.commitWithoutRules);
  const { feed, hasBotRules, changeDays } = await readCommitTerms(table, calendar.project_id);
  if (feed === null) return { marker: null, after: null, hasBotRules, changeDays, signal: unmarked };
  const marker = { ...markerKey(calendar), marker: name, opened_at: openedAt, expires_at: expiresAt };
  await putRow(table, markerRow.write(marker));
  const raised = await readCommitTerms(table, calendar.project_id);
  const after = raised.feed?.mark ?? null;
  return { marker: name, after, hasBotRules, changeDays, ...(!hasBotRules && { signal: withoutRules }) };
}

/** The high-water mark of a feed that was read. Its values are null when its row cannot be read. */
export interface ReadFeed {
  /** The feed was delivered up to here. */
  mark: Timestamp | null;
  firstReadAt: Timestamp | null;
  /** Changes are stored for this many days. */
  retentionDays: number | null;
  /** Days with rows of changes: all that ended before the present day, and the day before it, began. Null: not known. */
  changeDays: ReadonlySet<string> | null;
}

/** What every commit of a project has to know. */
export interface CommitTerms {
  /** Null when the feed was never read. */
  feed: ReadFeed | null;
  hasBotRules: boolean;
  /** Days with rows of changes; of a row that cannot be read there are none. */
  changeDays: ReadonlySet<string>;
}

/** A row that cannot be read asks for everything. */
export async function readCommitTerms(table: Table, projectId: string): Promise<CommitTerms> {
  const { Item = {} } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: commitTermsKey(projectId), ConsistentRead: true }),
  );
  const row = readableRow(table, Item, commitTermsRow.read);
  if (row === unreadable) {
    const feed = { mark: null, firstReadAt: null, retentionDays: null, changeDays: null };
    return { feed, hasBotRules: true, changeDays: new Set() };
  }
  const { mark, first_read_at: firstReadAt = null, retention_days: retentionDays = null } = row;
  const changeDays = new Set(row.change_days);
  const feed = mark === undefined ? null : { mark: timeOfPosition(mark), firstReadAt, retentionDays, changeDays };
  return { feed, hasBotRules: row.has_bot_rules ?? false, changeDays };
}

/** @returns null when the feed was never read */
export const readHighWaterMark = async (table: Table, projectId: string): Promise<ReadFeed | null> =>
  (await readCommitTerms(table, projectId)).feed;

/**
 * Says that a day has changes, before its first row is stored: a reader passes the other days without a query. One request
 * for the first commit of a project in a day; none where the day is known.
 *
 * @param known as the commit has read them @param keptDays for so many days changes are stored; older ones are forgotten
 */
export async function noteChangeDay(
  table: Table,
  projectId: string,
  { day, known, keptDays }: { day: string; known: ReadonlySet<string>; keptDays: number },
): Promise<void> {
  if (known.has(day)) return;
  const key = commitTermsKey(projectId);
  await updateRow(table, key, { set: { v: commitTermsRow.version }, add: { change_days: new Set([day]) } });
  const oldest = dayOf(timestampOf(Date.parse(`${day}T00:00:00.000Z`) - (keptDays + 1) * dayMs));
  const over = [...known].filter((one) => one < oldest);
  if (over.length > 0) await updateRow(table, key, { take: { change_days: new Set(over) } });
}

/** Writes the high-water mark of a project whose feed is read for the first time. One that is there stays. */
export async function startFeed(
  table: Table,
  projectId: string,
  { position, at, retentionDays }: { position: string; at: Timestamp; retentionDays: number },
): Promise<ReadFeed> {
  const { row } = await updateRow(table, commitTermsKey(projectId), {
    set: commitTermsRow.write({ mark: position, first_read_at: at, retention_days: retentionDays }),
    when: absent('mark'),
  });
  const changeDays = new Set(commitTermsRow.read(row).change_days);
  return { mark: timeOfPosition(position), firstReadAt: at, retentionDays, changeDays };
}

/** Raises a project's high-water mark to a position. Commits that write their marker later are stamped later. */
export async function raiseHighWaterMark(
  table: Table,
  projectId: string,
  { position, retentionDays }: { position: string; retentionDays: number },
): Promise<void> {
  await updateRow(table, commitTermsKey(projectId), {
    set: { mark: position, retention_days: retentionDays },
    when: any(absent('mark'), below('mark', position)),
  });
}

/** The commits under way in these shards. One request per shard. */
export async function readMarkers(table: Table, projectId: string, shards: number[]): Promise<Marker[]> {
  const found = await Promise.all(shards.map((shard) => queryRows(table, inFlightPartition(projectId, shard))));
  return readableRows(table, found.flat(), markerRow.read);
}

/** Fences a commit: its transaction fails from now on, unless it is complete already. */
export async function fenceCommit(table: Table, { PK, SK, marker }: Marker): Promise<void> {
  await deleteRow(table, { PK, SK }, equals('marker', marker));
}

export interface ChangeRow {
  position: string;
  changes: (EventChange | BotsChange)[];
}

/**
 * Rows of a day in order, from a position (inclusive) on.
 *
 * @param calendarId of one calendar; null is the whole project
 * @param indexedFrom the first day whose rows are all in the index by calendar. Rows of earlier days are read one by one
 * @returns `end` as `readOrderedPage` returns it: the last position that was read, null when the day has no more
 */
export async function readChangeRows(
  table: Table,
  projectId: string,
  {
    calendarId,
    day,
    from,
    limit,
    indexedFrom,
  }: {
    calendarId: string | null;
    day: string;
    from: string;
    limit: number;
    indexedFrom: string;
  },
): Promise<{ rows: ChangeRow[]; end: string | null }> {
  const range = { from: { position: from, inclusive: true }, ascending: true, limit };
  if (calendarId === null || day < indexedFrom) {
    const all = Array.from({ length: changeShards }, (_, shard) => shard);
    const shards = calendarId === null ? all : [changeShardOf(calendarId)];
    const page = await readOrderedPage(table, {
      partitionAttribute: 'PK',
      partitions: shards.map((shard) => dayPartition(projectId, shard, day)),
      sortAttribute: 'SK',
      accept: calendarId === null ? undefined : ({ SK }) => isOfCalendar(SK, calendarId),
      ...range,
    });
    return { rows: readableRows(table, page.rows, readRow), end: page.end };
  }
  const own = (position: string): string => changesOfCalendar(calendarId, position);
  const page: OrderedRows = await readOrderedPage(table, {
    index: subsetIndex.name,
    partitionAttribute: 'PK',
    partitions: [dayPartition(projectId, changeShardOf(calendarId), day)],
    sortAttribute: subsetIndex.attribute,
    ...range,
    from: { position: own(from), inclusive: true },
    high: own('~'),
  });
  const rows = await getAllRows(table, page.rows);
  return { rows: readableRows(table, rows, readRow), end: page.end && page.end.slice(own('').length) };
}

const readRow = (row: unknown): ChangeRow => {
  const { SK, changes } = changesRow.read(row);
  return { position: SK, changes };
};

const isOfCalendar = (position: string, calendarId: string): boolean => position.endsWith(`#${calendarId}`);

/** The first day whose rows are all in the index by calendar. Commits without a marker may end after the first read. */
export const indexedFrom = (feed: ReadFeed | null): string =>
  feed?.firstReadAt ? nextDay(dayOf(timestampOf(millisOf(feed.firstReadAt) + feedTimingMs.firstRead))) : never;
const never = '9999-12-31';

export const nextDay = (day: string): string => dayOf(timestampOf(Date.parse(`${day}T00:00:00.000Z`) + dayMs));
const dayMs = 86_400_000;

/** Deletes changes of a calendar. @param times of its commits @returns false when `mayGoOn` stopped it before the end */
export const purgeChanges = (
  table: Table,
  calendar: ChangeOwner,
  times: Timestamp[],
  mayGoOn: () => boolean,
): Promise<boolean> =>
  writeAll(
    table,
    times.map((time) => ({ DeleteRequest: { Key: changesKey(calendar, time) } })),
    mayGoOn,
  );
