import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Webhook } from './endpoint.ts';

const positionOf = ({ created_at, id }: Webhook): string => `${created_at}#${id}`;

/** A page of endpoints that are at hand. @param webhooks newest first @param limit infinite: all that follow the cursor */
export function pageWebhooks(webhooks: Webhook[], cursor: PageCursor | null, limit: number): Page<Webhook> {
  const isBack = cursor?.direction === 'back';
  const isBeyond = (position: string): boolean => {
    if (cursor === null) return true;
    if (position === cursor.position) return cursor.inclusive === true;
    return position > cursor.position === isBack;
  };
  const inOrder = isBack ? webhooks.toReversed() : webhooks;
  const following = inOrder.filter((webhook) => isBeyond(positionOf(webhook)));
  const rows = following.slice(0, limit);
  const last = rows.at(-1);
  const end = following.length > rows.length && last ? positionOf(last) : null;
  return pageOf({ rows, positions: rows.map(positionOf), end }, cursor);
}
