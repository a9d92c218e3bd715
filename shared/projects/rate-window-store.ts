import * as z from 'zod';
import { projectTimingMs } from '../platform/timing.ts';
import { above, absent, all, any, atMost } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import type { RateName } from './project-limits.ts';
import type { RateWindow } from './rate-window.ts';

/** What all processes have paid for in the present minute of a project. Both are absent before the first payment. */
const rateWindowRow = defineRow(
  'rate window',
  1,
  z.object({ started_at: z.number().default(0), used: z.number().default(0) }),
);

const windowKey = (projectId: string, name: RateName) => ({
  PK: `PROJECT#${projectId}`,
  SK: `RATE#${name.toUpperCase()}`,
});

const windowOf = (row: Record<string, unknown>): RateWindow => {
  const { started_at: startedAt, used } = rateWindowRow.read(row);
  return { startedAt, used };
};

/**
 * Pays for units in the present minute of a project: one write, and a second one when the minute is over.
 *
 * @param limit units of a minute
 * @param now milliseconds since the epoch
 * @returns the window after the payment; when they do not fit into it, the window as it is
 */
export async function payUnits(
  table: Table,
  projectId: string,
  name: RateName,
  { units, limit, now }: { units: number; limit: number; now: number },
): Promise<{ paid: boolean; window: RateWindow }> {
  const key = windowKey(projectId, name);
  const over = now - projectTimingMs.rateWindow;
  const added = await updateRow(table, key, {
    add: { used: units },
    when: all(above('started_at', over), atMost('used', limit - units)),
  });
  const window = windowOf(added.row);
  if (added.done || window.startedAt > over) return { paid: added.done, window };
  const opened = await updateRow(table, key, {
    set: rateWindowRow.write({ started_at: now, used: units }),
    when: any(absent('started_at'), atMost('started_at', over)),
  });
  if (opened.done) return { paid: true, window: windowOf(opened.row) };
  // Another process opened the window at the same time: these units count in it.
  return payUnits(table, projectId, name, { units, limit, now });
}
