/** Where a page begins: after (or, going back, before) a position in a total order. */
export interface PageCursor {
  direction: 'forward' | 'back';
  position: string;
}

/** A page of a list: rows in the list's order, and where its neighbours begin. */
export interface Page<Row> {
  rows: Row[];
  next: PageCursor | null;
  /** `first`: the neighbour is the first page, to be had without a cursor. */
  previous: PageCursor | 'first' | null;
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
  const beyond = (direction: PageCursor['direction']): PageCursor | null =>
    read.end === null ? null : { direction, position: read.end };
  const first = read.positions[0];
  // Where we came from: what lies behind the first row read, or the first page when there is no such row.
  if (cursor?.direction === 'back') {
    const next: PageCursor | null = first === undefined ? null : { direction: 'forward', position: first };
    return { rows: [...read.rows].reverse(), next, previous: beyond('back') };
  }
  const previous = cursor === null ? null : first === undefined ? 'first' : { direction: 'back' as const, position: first };
  return { rows: read.rows, next: beyond('forward'), previous };
}
