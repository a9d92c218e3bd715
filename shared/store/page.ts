import type { RowPosition } from './ordered-page.ts';

/** The point where a page begins, and the direction from there. */
export interface PageCursor extends RowPosition {
  direction: 'forward' | 'back';
}

/** A page of a list: rows in the list's order, and the cursors of its neighbours. */
export interface Page<Row> {
  rows: Row[];
  next: PageCursor | null;
  previous: PageCursor | null;
}

/**
 * Makes a page of rows that were read from a cursor in one direction.
 *
 * @param read rows in reading direction; the positions of their index rows (more than rows, when rows were deleted
 *   meanwhile); `end`, the position where reading ended, or null when no row follows
 */
export function pageOf<Row>(
  read: { rows: Row[]; positions: string[]; end: string | null },
  cursor: PageCursor | null,
): Page<Row> {
  const after = read.end === null ? null : { position: read.end };
  const before = cursor && startOfPage(cursor, read.positions[0]);
  return cursor?.direction === 'back'
    ? { rows: read.rows.toReversed(), next: towards('forward', before), previous: towards('back', after) }
    : { rows: read.rows, next: towards('forward', after), previous: towards('back', before) };
}

const towards = (direction: PageCursor['direction'], start: RowPosition | null): PageCursor | null =>
  start && { direction, ...start };

/**
 * The point from which the previous page is read: the first row of this page. A page without rows, because a filter
 * refused them or they were deleted, has only its own start.
 */
const startOfPage = ({ position, inclusive = false }: PageCursor, first: string | undefined): RowPosition =>
  first === undefined ? { position, inclusive: !inclusive } : { position: first };
