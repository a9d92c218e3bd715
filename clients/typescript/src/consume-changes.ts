import { setTimeout as sleep } from 'node:timers/promises';
import type { EventChange } from './api-types.ts';
import type { Kalends } from './kalends.ts';

/** Where a consumer keeps its place in the feed: a row of your database, or a file. */
export interface CursorStore {
  /** @returns null for a consumer that begins */
  load: () => Promise<string | null>;
  save: (cursor: string) => Promise<void>;
}

export interface ConsumeOptions {
  cursor: CursorStore;
  /**
   * Applies changes, in their order. They may come again after a crash: store events by their `id`. Changes and cursor are
   * safest in one transaction of your database.
   */
  apply: (changes: EventChange[]) => Promise<void>;
  /** Only changes of this calendar. */
  calendarId?: string;
  /** Pause at the end of the feed, in milliseconds; default 5,000. */
  pauseMs?: number;
  /** Ends the consumer, after what it is doing. */
  signal?: AbortSignal;
}

/**
 * Reads the change feed until the signal is aborted: each page is applied, then its cursor saved. So a consumer that crashes
 * continues where it was, and misses nothing.
 *
 * @throws CursorExpiredError when the cursor is older than the feed: list the events, then begin without a cursor
 */
export async function consumeChanges(
  { changes }: Pick<Kalends, 'changes'>,
  { cursor, apply, calendarId, pauseMs = 5000, signal }: ConsumeOptions,
): Promise<void> {
  const isEnded = (): boolean => signal?.aborted === true;
  let at = await cursor.load();
  while (!isEnded()) {
    const query = { ...(at !== null && { cursor: at }), ...(calendarId !== undefined && { calendar_id: calendarId }) };
    const page = await changes.read(query);
    if (page.results.length > 0) await apply(page.results);
    if (page.next_cursor !== at) await cursor.save(page.next_cursor);
    at = page.next_cursor;
    if (!page.has_more) await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(ignoreAbort);
  }
}

/** The loop sees that the signal is aborted. */
function ignoreAbort(error: Error): void {
  if (error.name !== 'AbortError') throw error;
}
