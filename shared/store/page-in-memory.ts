import type { Timestamp } from '../platform/timestamp.ts';
import { type Page, type PageCursor, pageOf } from './page.ts';

interface Listed {
  id: string;
  created_at: Timestamp;
}

const positionOf = ({ created_at, id }: Listed): string => `${created_at}#${id}`;

/** A page of rows that are at hand. @param all newest first @param limit infinite: all that follow the cursor */
export function pageInMemory<Row extends Listed>(all: Row[], cursor: PageCursor | null, limit: number): Page<Row> {
  const isBack = cursor?.direction === 'back';
  const isBeyond = (position: string): boolean => {
    if (cursor === null) return true;
    if (position === cursor.position) return cursor.inclusive === true;
    return position > cursor.position === isBack;
  };
  const inOrder = isBack ? all.toReversed() : all;
  const following = inOrder.filter((row) => isBeyond(positionOf(row)));
  const rows = following.slice(0, limit);
  const last = rows.at(-1);
  const end = following.length > rows.length && last ? positionOf(last) : null;
  return pageOf({ rows, positions: rows.map(positionOf), end }, cursor);
}
