import * as z from 'zod';
import { projectTimingMs } from '../platform/timing.ts';
import { above, absent, all, any, atMost, below } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';

const windowMs = projectTimingMs.postLimitWindow;

/** How many POSTs a project has made in its present window; both numbers are absent before the first one. */
const postLimitRow = defineRow(
  'post limit',
  1,
  z.object({ window_start: z.number().default(0), count: z.number().default(0) }),
);

const postLimitKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'POST_LIMIT' });

/**
 * Counts a POST of a project. A window of a minute begins with the first POST after the end of the last window.
 *
 * @param now milliseconds since the epoch
 * @returns null when within the limit, otherwise the seconds until the window ends
 */
export async function countPost(table: Table, projectId: string, limit: number, now: number): Promise<number | null> {
  const key = postLimitKey(projectId);
  const counted = await updateRow(table, key, {
    add: { count: 1 },
    when: all(above('window_start', now - windowMs), below('count', limit)),
  });
  if (counted.done) return null;
  const { window_start: start } = postLimitRow.read(counted.row);
  if (start > now - windowMs) return Math.max(1, Math.ceil((start + windowMs - now) / 1000));
  const opened = await updateRow(table, key, {
    set: postLimitRow.write({ count: 1, window_start: now }),
    when: any(absent('window_start'), atMost('window_start', now - windowMs)),
  });
  // Another POST opened the window at the same time: this one counts in it.
  return opened.done ? null : countPost(table, projectId, limit, now);
}
