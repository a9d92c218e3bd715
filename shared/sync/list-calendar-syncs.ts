import type { CalendarWithSync } from '../calendars/calendar-store.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { readRuns, runPosition } from './sync-log-store.ts';

/** A page of a calendar's runs, newest first. One request: the latest are in the sync state, which is at hand. */
export async function listCalendarSyncs(
  table: Table,
  { calendar, sync }: CalendarWithSync,
  cursor: PageCursor | null,
  limit = 25,
): Promise<Page<SyncLogEntry>> {
  const ascending = cursor?.direction === 'back';
  const isBeyond = (run: SyncLogEntry): boolean => {
    if (!cursor) return true;
    const position = runPosition(run);
    if (position === cursor.position) return cursor.inclusive === true;
    return position > cursor.position === ascending;
  };
  // One more to know whether there is more, and one for the run at the cursor.
  const older = await readRuns(table, calendar.id, { from: cursor?.position, ascending, limit: limit + 2 });
  // The latest runs may be in both places.
  const runs = new Map([...older, ...sync.runs].map((run) => [runPosition(run), run]));
  const sorted = [...runs.entries()]
    .filter(([, run]) => isBeyond(run))
    .sort(([a], [b]) => (a < b === ascending ? -1 : 1));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return pageOf(
    {
      rows: page.map(([, run]) => run),
      positions: page.map(([position]) => position),
      end: sorted.length > limit && last ? last[0] : null,
    },
    cursor,
  );
}
