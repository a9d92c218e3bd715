import { describe, expect, it } from 'vitest';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { connectWithBot, meetLink } from '../../support/botted-calendar.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('postponed-event');
const far = 40 * 24;
const hourMs = 3_600_000;

/** Created, changed and deleted events of the notifications. */
const countsOf = (harness: { notifications: { trigger: string; data: Record<string, unknown> }[] }) =>
  harness.notifications
    .filter(({ trigger }) => trigger === 'calendar.events_update')
    .map(({ data }) => [data['created'], data['changed'], data['deleted']]);

describe.each(['google', 'microsoft'] as const)('a meeting of %s', (platform) => {
  it.each([
    ['a change', false],
    ['a listing alone', true],
  ])('that is postponed beyond the window, as %s shows, is followed with its bot', async (_way, isListed) => {
    const { harness, user, uuid, sync, event, read, changes } = await connectWithBot(stack, platform);
    if (isListed) user.expireSyncTokens();
    const before = await event();
    user.move(uuid, far);
    await sync();
    const after = await event();
    expect([after.id, after.is_deleted]).toEqual([before.id, false]);
    expect(Math.abs(millisOf(after.start_time) - stack.local.now() - far * hourMs)).toBeLessThan(60_000);
    expect(await read()).toMatchObject({ state: 'scheduled', join_at: after.start_time });
    expect(changes()).toEqual([]);
    expect(countsOf(harness)).toEqual([[0, 1, 0]]);
    // It is followed outside of the window, too, and back into it.
    user.move(uuid, far + 24);
    await sync();
    expect((await read())?.join_at).toBe((await event()).start_time);
    user.move(uuid, 5);
    await sync();
    expect((await read())?.join_at).toBe((await event()).start_time);
    expect((await event()).is_deleted).toBe(false);
  });

  it('that is deleted outside of the window is deleted, with its bot', async () => {
    const { user, uuid, sync, event, read } = await connectWithBot(stack, platform);
    user.move(uuid, far);
    await sync();
    user.remove(uuid);
    await sync();
    expect((await event()).is_deleted).toBe(true);
    expect(await read()).toBeNull();
  });

  it('that is deleted is deleted by the same sync, with its bot, after a listing, too', async () => {
    for (const isListed of [false, true]) {
      const { user, uuid, sync, event, read } = await connectWithBot(stack, platform);
      if (isListed) user.expireSyncTokens();
      user.remove(uuid);
      await sync();
      expect((await event()).is_deleted).toBe(true);
      expect(await read()).toBeNull();
    }
  });

  it('that is one occurrence, postponed beyond the window, is followed, and the others stay', async () => {
    const harness = createBotHarness(stack);
    const user = simulateUser(stack, platform);
    const series = user.insertSeries('weekly', 3, 'week');
    user.setLocation(series, meetLink);
    const { id: calendarId } = await harness.connect(user);
    await harness.deliver(calendarId, 'create');
    const living = async () => (await harness.stored(calendarId)).filter(({ is_deleted }) => !is_deleted);
    const before = await living();
    const [, , third] = before.sort((a, b) => (a.start_time < b.start_time ? -1 : 1));
    const bot = await harness.schedule(third?.id ?? '');
    harness.notifications.length = 0;
    user.move(third?.platform_uuid ?? '', far);
    await harness.finish(calendarId, 'push');
    const after = (await living()).find(({ id }) => id === third?.id);
    expect(await living()).toHaveLength(before.length);
    expect(after?.start_time).not.toBe(third?.start_time);
    expect(await findBot(harness.table, harness.projectId, bot.id)).toMatchObject({ join_at: after?.start_time });
    expect(countsOf(harness)).toEqual([[0, 1, 0]]);
  });

  it('keeps its bot when one listing answers without events', async () => {
    const { harness, user, calendarId, sync, event, read, changes } = await connectWithBot(stack, platform);
    const account = user.account.email;
    user.expireSyncTokens();
    if (platform === 'google') {
      const body = { kind: 'calendar#events', timeZone: 'UTC', items: [], nextSyncToken: 'unknown' };
      stack.google.faults.push({ on: 'list', account, times: 1, outcome: { status: 200, body } });
    } else {
      const deltaLink = `${stack.microsoft.url}/v1.0/me/calendarView/delta?$deltatoken=unknown`;
      const body = { value: [], '@odata.deltaLink': deltaLink };
      stack.microsoft.faults.push({ on: 'list', account, times: 1, outcome: { status: 200, body } });
    }
    await sync();
    expect((await event()).is_deleted).toBe(false);
    expect(await read()).toMatchObject({ state: 'scheduled' });
    expect([countsOf(harness), changes()]).toEqual([[], []]);
    // The look-up has refuted the listing: another one follows within minutes.
    const { due_at: dueAt, reading } = (await harness.load(calendarId)).sync;
    expect(reading.relisting?.tries).toBe(1);
    expect(Date.parse(dueAt ?? '')).toBeLessThanOrEqual(stack.local.now() + 60_000);
    stack.local.advanceClock(61_000);
    await harness.finish(calendarId, 'schedule');
    expect((await harness.load(calendarId)).sync.reading.relisting).toBeUndefined();
  });
});

describe('a meeting of Microsoft', () => {
  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/21752
  it('that is said to be removed, and is still there, keeps its bot', async () => {
    const { harness, user, uuid, calendarId, sync, event, read, changes } = await connectWithBot(stack, 'microsoft');
    const token = (await harness.load(calendarId)).sync.sync_token?.value;
    const body = { value: [{ id: uuid, '@removed': { reason: 'deleted' } }], '@odata.deltaLink': token };
    stack.microsoft.faults.push({ on: 'delta', account: user.account.email, times: 1, outcome: { status: 200, body } });
    await sync();
    expect((await event()).is_deleted).toBe(false);
    expect(await read()).toMatchObject({ state: 'scheduled' });
    expect([countsOf(harness), changes()]).toEqual([[], []]);
  });

  it('is not deleted while its look-up fails, but as soon as that says so', async () => {
    const { user, uuid, calendarId, harness, sync, event } = await connectWithBot(stack, 'microsoft');
    const unavailable = { status: 503, body: { error: { code: 'ServiceUnavailable', message: '' } } };
    stack.microsoft.faults.push({ on: 'event', account: user.account.email, times: 1, outcome: unavailable });
    user.remove(uuid);
    await sync();
    expect((await event()).is_deleted).toBe(false);
    expect((await harness.load(calendarId)).sync.reading.doubted).toMatchObject({
      ids: [(await event()).id],
      tries: 1,
    });
    stack.local.advanceClock(61_000);
    await harness.finish(calendarId, 'schedule');
    expect((await event()).is_deleted).toBe(true);
    expect((await harness.load(calendarId)).sync.reading.doubted).toBeUndefined();
  });
});

it('a meeting of Google is deleted on its tombstone, without a look-up', async () => {
  const { user, uuid, sync, event } = await connectWithBot(stack, 'google');
  const requests = user.requests();
  stack.google.faults.push({ on: 'event', account: user.account.email, times: 1, outcome: googleFaults.notFound });
  user.remove(uuid);
  await sync();
  expect((await event()).is_deleted).toBe(true);
  expect(user.requests() - requests).toBe(1);
  stack.google.faults.length = 0;
});
