import type { RowPosition } from './ordered-page.ts';

/** Where a page begins: after (or, going back, before) a position in a total order, or at it. */
export interface PageCursor extends RowPosition {
  direction: 'forward' | 'back';
}

/** A page of a list: rows in the list's order, and where its neighbours begin. */
export interface Page<Row> {
  rows: Row[];
  next: PageCursor | null;
  previous: PageCursor | null;
}

/**
 * Turns what was read in one direction from a cursor into a page.
 *
 * @param read rows in reading direction, the positions of their index rows (more, when rows vanished meanwhile), and
 *   where reading ended; null when nothing is beyond
 */
export function pageOf<Row>(
  read: { rows: Row[]; positions: string[]; end: string | null },
  cursor: PageCursor | null,
): Page<Row> {
  const beyond = read.end === null ? null : { position: read.end };
  const behind = cursor && whereWeCameFrom(cursor, read.positions[0]);
  return cursor?.direction === 'back'
    ? { rows: read.rows.toReversed(), next: towards('forward', behind), previous: towards('back', beyond) }
    : { rows: read.rows, next: towards('forward', beyond), previous: towards('back', behind) };
}

const towards = (direction: PageCursor['direction'], start: RowPosition | null): PageCursor | null =>
  start && { direction, ...start };

/**
 * What lies behind the first row read. A page without rows (a filter refused all it looked at, or they vanished) has
 * none to turn at: then it is everything that lies behind the page's own start.
 */
const whereWeCameFrom = ({ position, inclusive = false }: PageCursor, first: string | undefined): RowPosition =>
  first === undefined ? { position, inclusive: !inclusive } : { position: first };
