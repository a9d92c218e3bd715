import * as z from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { type ChangeId, derivedId } from '../../platform/ids.ts';
import { pageBytes, sentBytes } from '../../platform/sent-bytes.ts';
import { millisOf, type Timestamp, timestampOf } from '../../platform/timestamp.ts';
import { feedTimingMs } from '../../platform/timing.ts';
import { findProjectCreation } from '../../projects/project-store.ts';
import type { Table } from '../../store/table.ts';
import { changeShards } from '../../store/table-schema.ts';
import type { CalendarEvent } from '../calendar-event.ts';
import { readEventsOf } from '../event-store.ts';
import {
  type ChangeRow,
  fenceCommit,
  indexedFrom,
  nextDay,
  raiseHighWaterMark,
  readChangeRows,
  readHighWaterMark,
  readMarkers,
  startFeed,
} from './change-feed-store.ts';
import { changeShardOf, dayOf } from './change-row.ts';
import type { EventChange } from './event-change.ts';

const rowsPerRead = 25;
/** Rows that are in no index are read a megabyte at a time. A page ends early after so many reads. */
const readsPerPage = 200;
const dayMs = 86_400_000;

/** A cursor of the feed: after the `index`-th change of the row at `position`, or before that row when it is -1. */
export const changeCursorSchema = z.object({ position: z.string(), index: z.number() });
export type ChangeCursor = z.output<typeof changeCursorSchema>;

export interface ListedChange extends EventChange {
  change_id: ChangeId;
}

export interface ChangePage {
  changes: ListedChange[];
  next: ChangeCursor;
  hasMore: boolean;
}

export interface ListChangesDeps {
  table: Table;
  clock: Clock;
  /** Changes are stored for this many days. */
  retentionDays: number;
  /** Waits for milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}

/**
 * A page of a project's changes in commit order. It ends before the first change that a commit under way may still
 * precede, so a client that goes on from `next` misses no change and sees none twice.
 *
 * @param cursor null is the oldest stored change
 * @throws AppError `gone` when changes after the cursor are not stored any more
 */
export async function listCalendarChanges(
  deps: ListChangesDeps,
  projectId: string,
  { calendarId, cursor, limit = 100 }: { calendarId: string | null; cursor: ChangeCursor | null; limit?: number },
): Promise<ChangePage> {
  const oldest = timestampOf(deps.clock.now() - Math.round(deps.retentionDays * dayMs));
  if (cursor && cursor.position < oldest) throw new AppError('cursor_expired', expired);
  const start = cursor ?? { position: await findFirstDay(deps.table, projectId, oldest), index: -1 };
  const { indexed, changeDays } = await openFeed(deps, projectId, start);
  const empty = new Set<string>();
  const seen = await gather(deps, projectId, {
    calendarId,
    limit,
    start,
    indexed,
    changeDays,
    empty,
    isBeyond: () => false,
  });
  // Without a new change, and without a day to pass, the high-water mark stays.
  if (seen.next.position === start.position && seen.changes.length === 0) return seen;

  const end = seen.next.position;
  await raiseHighWaterMark(deps.table, projectId, { position: end, retentionDays: deps.retentionDays });
  const open = await readOldestMarker(deps, projectId, calendarId);
  // Read again: a commit that was under way at the first reading may be complete before the markers were read.
  const isBeyond = (position: string): boolean => position > end || (open !== null && position >= open);
  const page = await gather(deps, projectId, { calendarId, limit, start, indexed, changeDays, empty, isBeyond });
  return { ...page, hasMore: page.hasMore || (seen.hasMore && page.next.position === end) };
}

/**
 * Makes sure that every commit has a marker from now on. The first reader of a project's feed waits until those without
 * one are over.
 *
 * @returns the first day whose rows are all in the index by calendar, and the days that have rows
 */
async function openFeed(
  { table, clock, pause, retentionDays }: ListChangesDeps,
  projectId: string,
  { position }: ChangeCursor,
): Promise<Pick<Gathering, 'indexed' | 'changeDays'>> {
  const now = clock.now();
  const feed =
    (await readHighWaterMark(table, projectId)) ??
    (await startFeed(table, projectId, { position, at: timestampOf(now), retentionDays }));
  const age = feed.firstReadAt === null ? feedTimingMs.firstRead : now - millisOf(feed.firstReadAt);
  if (age < feedTimingMs.firstRead) await pause(feedTimingMs.firstRead - Math.max(0, age));
  return { indexed: indexedFrom(feed), changeDays: feed.changeDays };
}

/** A project has no changes before it was created: without this its first read costs requests for each day of a month. */
async function findFirstDay(table: Table, projectId: string, oldest: Timestamp): Promise<Timestamp> {
  const createdAt = await findProjectCreation(table, projectId);
  // A day before: the clocks of the CLI and of the sync may differ.
  const first = createdAt === null ? oldest : timestampOf(millisOf(createdAt) - dayMs);
  return first > oldest ? first : oldest;
}

const expired = 'Changes after this cursor have expired. List the events again, then start without a cursor.';

/**
 * Changes after a cursor up to a position, as they are stored now, and the position where reading ended: after the last
 * change, or at the beginning of a day without changes.
 */
async function gather(
  { table, clock }: ListChangesDeps,
  projectId: string,
  { calendarId, limit, start, indexed, changeDays, empty, isBeyond }: Gathering,
): Promise<ChangePage> {
  const changes: ListedChange[] = [];
  const today = dayOf(timestampOf(clock.now()));
  let next = start;
  let bytes = 0;
  let reads = 0;
  // A day costs a query or two per shard.
  for (;;) {
    const day = dayOf(next.position);
    // Changes are stamped with the present: a day that has been over for a day gets no row any more.
    const isOver = nextDay(nextDay(day)) <= today;
    const hasRows = !(isOver && changeDays?.has(day) === false);
    let from: string | null = empty.has(day) || !hasRows ? null : next.position;
    const gathered = changes.length;
    while (from !== null) {
      const read = await readChangeRows(table, projectId, {
        calendarId,
        day,
        from,
        limit: rowsPerRead,
        indexedFrom: indexed,
      });
      for (const [cursor, change] of await listRows(table, projectId, read.rows)) {
        if (!isAfter(cursor, next)) continue;
        if (isBeyond(cursor.position)) return { changes, next, hasMore: false };
        if (change === null) {
          next = cursor;
          continue;
        }
        bytes += sentBytes(JSON.stringify(change));
        if (changes.length === limit || (changes.length > 0 && bytes > pageBytes)) {
          return { changes, next, hasMore: true };
        }
        changes.push(change);
        next = cursor;
      }
      from = read.end;
      reads += 1;
      // Many rows of other calendars: the client goes on from here.
      if (from !== null && reads >= readsPerPage) {
        return { changes, next: next.position >= from ? next : { position: from, index: -1 }, hasMore: true };
      }
    }
    const tomorrow = startOf(nextDay(day));
    if (changes.length === gathered && isOver) empty.add(day);
    if (day >= today || isBeyond(tomorrow)) return { changes, next, hasMore: false };
    next = { position: tomorrow, index: -1 };
  }
}

interface Gathering {
  calendarId: string | null;
  /** Changes in a page. */
  limit: number;
  start: ChangeCursor;
  /** The first day whose rows are all in the index by calendar. */
  indexed: string;
  /** Days with rows of changes, as they were when the reading began; null: every day may have some. */
  changeDays: ReadonlySet<string> | null;
  /** Days that are known to have no changes, which are not read again. */
  empty: Set<string>;
  /** Is a position beyond what may be delivered? */
  isBeyond: (position: string) => boolean;
}

const startOf = (day: string): Timestamp => timestampOf(Date.parse(`${day}T00:00:00.000Z`));

/** The changes of rows with their cursors; null is a change of the bots of an event that is gone. */
async function listRows(
  table: Table,
  projectId: string,
  rows: ChangeRow[],
): Promise<[ChangeCursor, ListedChange | null][]> {
  const named = rows.flatMap(({ changes }) => changes.flatMap((one) => ('bots_of' in one ? [one.bots_of] : [])));
  const read = named.length > 0 ? await readEventsOf(table, projectId, named) : [];
  const events = new Map(read.map((event) => [event.id, event]));
  return rows.flatMap(({ position, changes }) =>
    changes.map((change, index): [ChangeCursor, ListedChange | null] => {
      const shown = 'bots_of' in change ? botsChangeOf(events.get(change.bots_of.id)) : change;
      return [{ position, index }, shown && { change_id: derivedId('chg', `${position}#${index}`), ...shown }];
    }),
  );
}

const botsChangeOf = (event: CalendarEvent | undefined): EventChange | null =>
  event ? { type: 'changed', changed_fields: ['bots'], event } : null;

const isAfter = (a: ChangeCursor, b: ChangeCursor): boolean =>
  a.position > b.position || (a.position === b.position && a.index > b.index);

/**
 * When the oldest commit under way wrote its marker; null when there is none. Commits that take too long are fenced.
 * Called after the high-water mark was raised: commits that write their marker later are stamped later than the mark.
 */
async function readOldestMarker(
  { table, clock }: ListChangesDeps,
  projectId: string,
  calendarId: string | null,
): Promise<Timestamp | null> {
  const all = Array.from({ length: changeShards }, (_, shard) => shard);
  const markers = await readMarkers(table, projectId, calendarId === null ? all : [changeShardOf(calendarId)]);
  const slow = markers.filter(({ opened_at }) => opened_at < timestampOf(clock.now() - feedTimingMs.commitPatience));
  await Promise.all(slow.map((marker) => fenceCommit(table, marker)));
  const open = markers.filter((marker) => !slow.includes(marker)).map(({ opened_at }) => opened_at);
  return open.sort()[0] ?? null;
}
