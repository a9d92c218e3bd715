import * as z from 'zod';
import type { EventChange } from '../domain/event-change.ts';
import { derivedId } from '../domain/identifiers.ts';
import { millisOf, type Timestamp, timestampOf } from '../domain/timestamp.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import {
  type ChangeRow,
  changeShardOf,
  dayOf,
  readChangeRows,
  readOpenPlaces,
  revokePlace,
} from '../store/change-store.ts';
import type { Table } from '../store/table.ts';
import { changeShards } from '../store/table-schema.ts';

/** How far clocks of writers and readers may be apart. */
const clockSkewMs = 500;

/** A commit that takes longer than this loses its place and is made again: the feed waits for nobody longer. */
const patienceMs = 10_000;

const pageSize = 100;
/** Lambda answers at most 6 MB, the body being a string in JSON; a page ends early rather than exceed it. */
const pageBytes = 5_000_000;
const rowsPerRead = 25;
/** Days looked at in one request, should nothing have changed in them. */
const daysPerRequest = 8;
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
  { table, clock, retentionDays }: ListChangesDeps,
  projectId: string,
  { calendarId, cursor }: { calendarId: string | null; cursor: ChangeCursor | null },
): Promise<ChangePage> {
  const oldest = timestampOf(clock.now() - retentionDays * dayMs);
  if (cursor && cursor.position < oldest) throw new AppError('gone', { detail: expired });
  const before = await readHorizon(table, projectId, calendarId, clock.now());
  const page = createPage(cursor ?? { position: oldest, index: -1 });
  let from = page.next.position;
  for (let days = 0; days < daysPerRequest; days += 1) {
    const day = dayOf(from);
    let end: string | null = from;
    while (end !== null) {
      const read = await readChangeRows(table, projectId, { calendarId, day, from: end, before, limit: rowsPerRead });
      if (!read.rows.every(page.take)) return page.finish(true);
      end = read.end;
    }
    if (day >= dayOf(before)) return page.finish(false);
    from = nextDay(day);
    page.pass(from);
  }
  return page.finish(true);
}

const expired = 'Changes after this cursor are not kept any more. Read the events anew and start without a cursor.';
const nextDay = (day: string): Timestamp => timestampOf(millisOf(`${day}T00:00:00.000000Z` as Timestamp) + dayMs);

/**
 * The instant before which nothing can appear any more: the present, less what clocks differ, or the oldest open place.
 * Places are looked at before rows: whoever opens one later is stamped later.
 */
async function readHorizon(
  table: Table,
  projectId: string,
  calendarId: string | null,
  now: number,
): Promise<Timestamp> {
  const shards =
    calendarId === null ? Array.from({ length: changeShards }, (_, shard) => shard) : [changeShardOf(calendarId)];
  const places = await readOpenPlaces(table, projectId, shards);
  const stale = places.filter(({ opened_at }) => opened_at < timestampOf(now - patienceMs));
  await Promise.all(stale.map((place) => revokePlace(table, place)));
  const open = places.filter((place) => !stale.includes(place)).map(({ opened_at }) => opened_at);
  return [timestampOf(now - clockSkewMs), ...open].sort()[0] as Timestamp;
}

/** Gathers changes until the page is full. */
function createPage(start: ChangeCursor) {
  const changes: ListedChange[] = [];
  let next = start;
  let bytes = 0;

  /** @returns false when the page is full before the row's end */
  const take = (row: ChangeRow): boolean => {
    for (const [index, change] of row.changes.entries()) {
      if (row.position === next.position && index <= next.index) continue;
      bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(change))) + 200;
      if (changes.length === pageSize || (changes.length > 0 && bytes > pageBytes)) return false;
      changes.push({ change_id: derivedId('chg', `${row.position}#${index}`), ...change });
      next = { position: row.position, index };
    }
    return true;
  };
  return {
    next: start,
    take,
    /** Goes on from a time, as nothing lies before it. */
    pass: (position: string): void => {
      next = { position, index: -1 };
    },
    finish: (hasMore: boolean): ChangePage => ({ changes, next, hasMore }),
  };
}
