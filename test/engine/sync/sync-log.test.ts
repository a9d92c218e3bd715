import { expect, it } from 'vitest';
import { findCalendar } from '../../../shared/calendars/calendar-store.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import { listCalendarSyncs } from '../../../shared/sync/list-calendar-syncs.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

it('The sync log lists every run once, forward and back, wherever its rows are', async () => {
  const { harness, sync, id } = await connectCalendar(stack, 'google');
  const runs = 63;
  for (let run = 0; run < runs; run += 1) await sync(run === 0 ? 'create' : 'push');
  const found = (await findCalendar(harness.table, harness.projectId, id)) ?? expect.fail('not found');
  const read = (cursor: PageCursor | null) => listCalendarSyncs(harness.table, found, cursor);

  const pages = [await read(null)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await read(next));
  expect(pages.map(({ rows }) => rows.length)).toEqual([25, 25, 13]);
  const all = pages.flatMap(({ rows }) => rows);
  expect(new Set(all.map((run) => run.id)).size).toBe(runs);
  const starts = all.map((run) => run.started_at);
  expect(starts).toEqual([...starts].sort((a, b) => (a < b ? 1 : -1)));
  expect(all.at(-1)?.trigger).toBe('create');

  const back = await read(pages[2]?.previous ?? expect.fail('no way back'));
  expect(back.rows).toEqual(pages[1]?.rows);
  expect((await read(back.previous)).rows).toEqual(pages[0]?.rows);
});

it('A run that dies after it has moved runs to the log leaves every run listed once', async () => {
  const { harness, sync, id } = await connectCalendar(stack, 'google');
  for (let run = 0; run < 9; run += 1) await sync(run === 0 ? 'create' : 'push');
  // Reads the calendar, asks the provider, moves three runs – and dies before the state lets go of them.
  await harness.deliverCrashing(id, 'push', 3);
  const found = (await findCalendar(harness.table, harness.projectId, id)) ?? expect.fail('not found');
  const { rows } = await listCalendarSyncs(harness.table, found, null);
  expect(rows).toHaveLength(10);
});
