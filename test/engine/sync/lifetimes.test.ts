import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { deleteCalendar } from '../../../shared/calendars/delete-calendar.ts';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const day = 86_400_000;
const hours = 24;

/** Every row of the table that names the calendar. */
async function rowsOf({ harness, id }: ConnectedCalendar): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await harness.table.client.send(new ScanCommand({ TableName: harness.table.name, ExclusiveStartKey }));
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows.filter((row) => JSON.stringify([row.PK, row.SK, row.calendar_id]).includes(id));
}

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  it('that was disconnected for weeks announces everything it missed when a new token comes', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user, harness } = calendar;
    const [kept, removed] = [user.insert('kept', 40 * hours), user.insert('removed', 45 * hours)];
    user.insertSeries('daily', 3, 'day');
    await calendar.sync('create');
    await calendar.sync();
    user.account.revoked = true;
    user.expireAccessTokens();
    await harness.loseAccess(calendar.id);

    stack.local.advanceClock(37 * day);
    // Nothing is shown of what the window passes while its state at the provider is unknown.
    expect(await calendar.sync('schedule')).toEqual({ kind: 'disconnected' });
    user.rename(kept, 'renamed');
    user.remove(removed);
    user.insert('made meanwhile', 50);
    user.expireSyncTokens();
    user.account.revoked = false;
    harness.notifications.length = 0;
    expect(await calendar.finish('patch')).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect(calendar.stateChanges().map(({ data }) => data.state)).toEqual(['connected']);
    const [update] = harness.notifications;
    const since = String(update?.data.since);
    const changed = (await calendar.stored()).filter(({ updated_at }) => updated_at.slice(0, 26) >= since.slice(0, 26));
    expect(changed.map(({ name }) => name)).toEqual(expect.arrayContaining(['renamed', 'made meanwhile']));
    expect(changed).toHaveLength(
      Number(update?.data.created) + Number(update?.data.changed) + Number(update?.data.deleted),
    );
  });

  it('has its events for sixty days after their end or deletion, and no longer', { timeout: 30_000 }, async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user } = calendar;
    const gone = user.insert('removed', 30);
    user.insert('over', 2);
    user.insert('later', 20 * hours);
    await calendar.sync('create');
    user.remove(gone);
    await calendar.sync();
    const names = async () =>
      (await calendar.stored()).map(({ name }) => String(name)).sort((a, b) => (a < b ? -1 : 1));
    stack.local.advanceClock(59 * day);
    await stack.local.tick();
    expect(await names()).toEqual(['later', 'over', 'removed']);
    stack.local.advanceClock(2 * day);
    await stack.local.tick();
    expect(await names()).toEqual(['later']);
  });

  it('that is deleted leaves no row, however many runs the purge takes', { timeout: 30_000 }, async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user, harness, id } = calendar;
    user.insertMany(
      Array.from({ length: 300 }, (_none, index) => ({ name: `event ${index}`, hours: 1 + (index % 600) })),
    );
    user.insertMany(
      Array.from({ length: 60 }, (_none, index) => ({ name: `ahead ${index}`, hours: 28 * hours + 1 + (index % 20) })),
    );
    await calendar.sync('create');
    for (let run = 0; run < 12; run += 1) await calendar.sync();
    expect((await rowsOf(calendar)).length).toBeGreaterThan(365);
    const { calendar: stored } = await calendar.load();
    // The API's own attempt gives up at once.
    const inHurry = {
      ...harness.deps.clock,
      now: (() => {
        let at = stack.local.now();
        return () => (at += 10_000);
      })(),
    };
    expect(await deleteCalendar({ ...harness.deps, clock: inHurry }, stored)).toBe(true);
    let runs = 0;
    for (let kind = 'continued'; kind === 'continued'; runs += 1) {
      // Each run has time for a few requests.
      let asked = 0;
      const remainingMs = () => {
        asked += 1;
        return asked > 8 ? 5_000 : 60_000;
      };
      const request = {
        calendar_id: id,
        trigger: 'delete' as const,
        sentAt: stack.local.now(),
        attempt: 1,
        remainingMs,
      };
      ({ kind } = await syncCalendar(harness.deps, request));
    }
    expect(runs).toBeGreaterThan(1);
    expect(await rowsOf(calendar)).toEqual([]);
    expect(user.liveChannels()).toEqual([]);
  });
});
