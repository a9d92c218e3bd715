import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import { deleteCalendar } from '../../../shared/calendars/delete-calendar.ts';
import { syncTimingMs } from '../../../shared/platform/timing.ts';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import type { SyncMessage } from '../../../shared/sync/sync-message.ts';
import type { SyncOutcome } from '../../../shared/sync/sync-run.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { readPartition } from '../../support/read-partition.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const pageSizes = { google: 2500, microsoft: 1000 };
/** A run of these tests reads for so long, and a page takes so long. */
const [readingMs, pageMs] = [450, 60];
const pages = 30;

describe.each(['google', 'microsoft'] as const)('A listing of %s that is longer than a run', (platform) => {
  let calendar: ConnectedCalendar;
  let user: ConnectedCalendar['user'];

  const fault = (outcome: FaultOutcome, on: 'list' | 'delta' = 'list', times = 10_000): void => {
    const rule = { on, account: user.account.email, times, outcome };
    if (platform === 'google') stack.google.faults.push(rule);
    else stack.microsoft.faults.push(rule);
  };
  const pageSize = (size: number): void => {
    stack[platform].switches.pageSize = size;
  };
  const run = (trigger: SyncMessage['trigger'], attempt = 1): Promise<SyncOutcome> =>
    syncCalendar(calendar.harness.deps, {
      calendar_id: calendar.id,
      trigger,
      sentAt: stack.local.now(),
      attempt,
      remainingMs: () => syncTimingMs.readReserve + readingMs,
    });
  /** Works the messages of the queue until one is the last. @returns the number of runs */
  const finish = async (trigger: SyncMessage['trigger']): Promise<number> => {
    for (let runs = 1; runs < 40; runs += 1) {
      calendar.harness.sent.length = 0;
      const { kind } = await run(trigger);
      if (kind === 'ok') return runs;
      expect(kind).toBe('continued');
      expect(calendar.harness.sent).toMatchObject([{ calendar_id: calendar.id, trigger }]);
    }
    return expect.fail('never ends');
  };
  const staged = () => readPartition(calendar.harness.table, `PAGES#${calendar.id}`);

  beforeEach(async () => {
    stack.google.faults.length = 0;
    stack.microsoft.faults.length = 0;
    calendar = await connectCalendar(stack, platform);
    ({ user } = calendar);
    calendar.harness.sent.length = 0;
    user.insertMany(Array.from({ length: 2 * pages }, (_, index) => ({ name: `event ${index}`, hours: 1 + index })));
    pageSize(2);
    fault({ delayMs: pageMs });
  });
  afterEach(() => pageSize(pageSizes[platform]));

  it('goes on from run to run, and is one result at the end', async () => {
    expect(await run('create')).toEqual({ kind: 'continued' });
    const { sync: state } = await calendar.load();
    expect(state.reading.unfinished).toMatchObject({ kind: 'listing', failures: 0 });
    expect(state.due_at).toBeDefined();
    expect(await calendar.stored()).toEqual([]);
    const [row] = await staged();
    expect(Number(row?.['expires_at']) * 1000).toBeGreaterThan(stack.local.now());
    // What happens meanwhile is in the next delta.
    const renamed = user.truth(stack.local.now(), stack.local.now() + 86_400_000)[0];
    user.rename(renamed?.id ?? '', 'renamed meanwhile');
    expect(await finish('create')).toBeGreaterThan(3);
    expect(user.calls('list')).toBeLessThan(pages + 15);
    expect(calendar.counts()).toEqual([[2 * pages, 0, 0]]);
    expect(await staged()).toEqual([]);
    expect((await calendar.load()).sync.reading.unfinished).toBeUndefined();
    await calendar.sync();
    await calendar.expectEqualWindows();
  });

  it('goes on after a failure, and begins again when its link is not accepted any more', async () => {
    expect(await run('create')).toEqual({ kind: 'continued' });
    const first = (await calendar.load()).sync.reading.unfinished;
    stack[platform].faults.length = 0;
    fault({ status: 503, body: {} }, 'list', 1);
    expect(await run('create')).toMatchObject({ kind: 'retry' });
    expect((await calendar.load()).sync.reading.unfinished).toMatchObject({ link: first?.link, failures: 1 });
    fault({ status: 400, body: { error: { code: 400, message: 'Invalid page token' } } }, 'list', 1);
    expect(await run('create', 2)).toMatchObject({ kind: 'retry' });
    expect((await calendar.load()).sync.reading.unfinished).toBeUndefined();
    await run('create', 3);
    if ((await calendar.load()).sync.reading.unfinished) await finish('create');
    await calendar.expectEqualWindows();
  });

  it('begins again when the window of the calendar is changed', async () => {
    expect(await run('create')).toEqual({ kind: 'continued' });
    calendar.harness.deps.window = { pastDays: 1, futureDays: 2 };
    stack[platform].faults.length = 0;
    pageSize(pageSizes[platform]);
    expect(await run('patch')).toEqual({ kind: 'ok' });
    expect((await calendar.living()).length).toBeLessThan(2 * pages);
  });

  it('leaves nothing behind when the calendar is deleted', async () => {
    expect(await run('create')).toEqual({ kind: 'continued' });
    expect((await staged()).length).toBeGreaterThan(0);
    const { calendar: found } = await calendar.load();
    await deleteCalendar({ ...calendar.harness.deps, table: calendar.harness.table }, found);
    await run('delete');
    expect(await staged()).toEqual([]);
  });

  it('of changes goes on, too', async () => {
    pageSize(pageSizes[platform]);
    stack[platform].faults.length = 0;
    await calendar.sync('create');
    pageSize(2);
    fault({ delayMs: pageMs }, 'delta');
    for (const { id } of user.truth(stack.local.now(), stack.local.now() + 30 * 86_400_000)) user.rename(id, 'renamed');
    expect(await run('push')).toEqual({ kind: 'continued' });
    expect((await calendar.load()).sync.reading.unfinished).toMatchObject({ kind: 'delta' });
    expect(await finish('push')).toBeGreaterThan(3);
    expect(user.calls('delta')).toBeLessThan(pages + 15);
    await calendar.expectEqualWindows();
  });

  it('and hangs, ends with the time of the run, and nothing is requested after that', async () => {
    stack[platform].faults.length = 0;
    fault({ delayMs: 20_000 });
    const began = performance.now();
    expect(await run('create')).toMatchObject({ kind: 'retry' });
    expect(performance.now() - began).toBeLessThan(15_000);
    const requests = user.requests();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(user.requests()).toBe(requests);
  });
});
