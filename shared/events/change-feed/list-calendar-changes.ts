import * as z from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../../platform/timestamp.ts';
import type { Table } from '../../store/table.ts';
import { changeShards } from '../../store/table-schema.ts';
import {
  type ChangeRow,
  changeShardOf,
  dayOf,
  moveMark,
  readChangeRows,
  readOpenPlaces,
  revokePlace,
} from './change-feed-store.ts';
import type { EventChange } from './event-change.ts';

/** A commit that takes longer than this loses its place and is made again: the feed waits for nobody longer. */
const patienceMs = 10_000;

const pageSize = 100;
/** Lambda answers at most 6 MB, the body being a string in JSON; a page ends early rather than exceed it. */
const pageBytes = 5_000_000;
const rowsPerRead = 25;
const dayMs = 86_400_000;

/** A place in the feed: after the `index`-th change of the row at `position`, or before the row when it is -1. */
export const changeCursorSchema = z.object({ position: z.string(), index: z.number() });
export type ChangeCursor = z.output<typeof changeCursorSchema>;

export interface ListedChange extends EventChange {
  change_id: string;
}

export interface ChangePage {
  changes: ListedChange[];
  next: ChangeCursor;
  hasMore: boolean;
}

export interface ListChangesDeps {
  table: Table;
  clock: Clock;
  /** Changes are kept this many days. */
  retentionDays: number;
}

/**
 * A page of a project's changes in commit order. What may still be overtaken by a commit under way is not given out
 * yet, so whoever goes on from `next` misses nothing and sees nothing twice.
 *
 * @param cursor null is the oldest change that is kept
 * @throws AppError 410 when changes after the cursor are not kept any more
 */
export async function listCalendarChanges(
  deps: ListChangesDeps,
  projectId: string,
  { calendarId, cursor }: { calendarId: string | null; cursor: ChangeCursor | null },
): Promise<ChangePage> {
  const oldest = timestampOf(deps.clock.now() - Math.round(deps.retentionDays * dayMs));
  if (cursor && cursor.position < oldest) throw new AppError('cursor_expired', expired);
  const start = cursor ?? { position: oldest, index: -1 };
  const seen = await gather(deps, projectId, { calendarId, start, isBeyond: () => false });
  // Nothing new, and no day to pass: there is no order to be fixed.
  if (seen.next.position === start.position && seen.changes.length === 0) return seen;

  const end = seen.next.position;
  await moveMark(deps.table, projectId, end);
  const open = await readOldestPlace(deps, projectId, calendarId);
  // Once more: what was under way at the first look may have come through before the places were looked at.
  const isBeyond = (position: string): boolean => position > end || (open !== null && position >= open);
  const page = await gather(deps, projectId, { calendarId, start, isBeyond });
  return { ...page, hasMore: page.hasMore || (seen.hasMore && page.next.position === end) };
}

const expired = 'Changes after this cursor are not kept any more. Read the events anew and start without a cursor.';

/**
 * Changes after a cursor, as they are stored at this moment, up to a position; and where reading has ended: behind the
 * last of them, or at the beginning of a day when none lies between.
 */
async function gather(
  { table, clock }: ListChangesDeps,
  projectId: string,
  { calendarId, start, isBeyond }: Gathering,
): Promise<ChangePage> {
  const changes: ListedChange[] = [];
  const today = dayOf(timestampOf(clock.now()));
  let next = start;
  let bytes = 0;
  // Days without a change cost a query per shard; only who begins, or was away for long, has many of them.
  for (;;) {
    const day = dayOf(next.position);
    let from: string | null = next.position;
    while (from !== null) {
      const read = await readChangeRows(table, projectId, { calendarId, day, from, limit: rowsPerRead });
      for (const [cursor, change] of read.rows.flatMap(listRow)) {
        if (!isAfter(cursor, next)) continue;
        if (isBeyond(cursor.position)) return { changes, next, hasMore: false };
        bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(change))) + 200;
        if (changes.length === pageSize || (changes.length > 0 && bytes > pageBytes)) {
          return { changes, next, hasMore: true };
        }
        changes.push(change);
        next = cursor;
      }
      from = read.end;
    }
    const tomorrow = nextDay(day);
    if (day >= today || isBeyond(tomorrow)) return { changes, next, hasMore: false };
    next = { position: tomorrow, index: -1 };
  }
}

interface Gathering {
  calendarId: string | null;
  start: ChangeCursor;
  /** Where nothing may be given out. */
  isBeyond: (position: string) => boolean;
}

const nextDay = (day: string): Timestamp => timestampOf(millisOf(`${day}T00:00:00.000000Z` as Timestamp) + dayMs);

const listRow = ({ position, changes }: ChangeRow): [ChangeCursor, ListedChange][] =>
  changes.map((change, index) => [
    { position, index },
    { change_id: derivedId('chg', `${position}#${index}`), ...change },
  ]);

const isAfter = (a: ChangeCursor, b: ChangeCursor): boolean =>
  a.position > b.position || (a.position === b.position && a.index > b.index);

/**
 * When the first of the commits under way opened its place; null when there is none. Those that take too long are
 * revoked. Asked after the mark was moved: whoever opens a place later is stamped later.
 */
async function readOldestPlace(
  { table, clock }: ListChangesDeps,
  projectId: string,
  calendarId: string | null,
): Promise<Timestamp | null> {
  const all = Array.from({ length: changeShards }, (_, shard) => shard);
  const places = await readOpenPlaces(table, projectId, calendarId === null ? all : [changeShardOf(calendarId)]);
  const stale = places.filter(({ opened_at }) => opened_at < timestampOf(clock.now() - patienceMs));
  await Promise.all(stale.map((place) => revokePlace(table, place)));
  const open = places.filter((place) => !stale.includes(place)).map(({ opened_at }) => opened_at);
  return open.sort()[0] ?? null;
}
