import { beforeEach, describe, expect, it } from 'vitest';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import type { PushState } from '../../../shared/sync/sync-state.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const minute = 60_000;
const hour = 60 * minute;

/** The live channel of a calendar. */
const liveChannelOf = ({ channel }: PushState) => (channel.kind === 'live' ? channel : expect.fail('no live channel'));

describe.each(['google', 'microsoft'] as const)('Pushes of %s', (platform) => {
  let calendar: ConnectedCalendar;
  let harness: ConnectedCalendar['harness'];
  let user: ConnectedCalendar['user'];
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
    ({ harness, user } = calendar);
    user.insert('standing', 200);
    await calendar.sync('create');
  });

  const state = async () => (await calendar.load()).sync;
  const status = async () => {
    const { calendar: stored, sync } = await calendar.load();
    const { status: word, reason } = pushStatusOf(stored, sync.push, timestampOf(stack.local.now()));
    return [word, reason];
  };
  /** A notification as the receivers enqueue it. */
  const push = (channel: { id: string; resourceId: string }) =>
    harness.deliver(calendar.id, 'push', 1, { channel: { id: channel.id, resource_id: channel.resourceId } });
  const liveChannel = async () => liveChannelOf((await state()).push);
  const liveIds = () => user.liveChannels().map(({ id }) => id);
  const onlyLive = () => user.liveChannels()[0] ?? expect.fail('no live channel');
  const untilPoll = async () => millisOf((await state()).due_at ?? expect.fail('no timer')) - stack.local.now();

  it('come through one live channel, and are recorded', async () => {
    expect(await status()).toEqual(['active', null]);
    expect(liveIds()).toEqual([(await liveChannel()).id]);
    user.insert('pushed', 3);
    await push(onlyLive());
    const { push: stored, last_change_lag_ms: lag } = await state();
    const { last_notification_at: at } = stored;
    expect(Math.abs(millisOf(at ?? expect.fail('not noted')) - stack.local.now())).toBeLessThan(10_000);
    expect(lag).toBeLessThan(10_000);
  });

  it('that never came are missed by the daily listing, which replaces the channel and polls the calendar', async () => {
    const before = (await liveChannel()).id;
    user.insert('nobody says so', 40);
    stack.local.advanceClock(25 * hour);
    expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
    await calendar.expectEqualWindows();
    expect(await status()).toEqual(['failing', 'silent']);
    expect((await state()).runs.at(-1)).toMatchObject({ drift: 0, created: 1 });
    const after = (await liveChannel()).id;
    expect(after).not.toBe(before);
    expect(liveIds()).toEqual([after]);
    expect(await untilPoll()).toBeLessThanOrEqual(5 * minute);

    // A notification through the new channel proves that it works, even one whose change is known already.
    await push(onlyLive());
    expect(await status()).toEqual(['active', null]);
    expect(await untilPoll()).toBeGreaterThan(hour);
  });

  it('are missed while polls find changes, and trusted again after a day without changes', async () => {
    user.insert('nobody says so', 40);
    stack.local.advanceClock(25 * hour);
    await calendar.sync('schedule');
    user.insert('nor of this', 41);
    stack.local.advanceClock(5 * minute);
    await calendar.sync('schedule');
    const since = (await state()).push.silent_since;
    expect(millisOf(since ?? expect.fail('not failing'))).toBeGreaterThan(stack.local.now() - minute);
    expect(user.liveChannels()).toHaveLength(1);
    stack.local.advanceClock(21 * hour);
    await calendar.sync('schedule');
    expect(await status()).toEqual(['active', null]);
  });

  it('are not missed for a change made a moment ago, nor after a run that failed', async () => {
    user.fault('delta', 'unavailable', 20);
    user.insert('pushed, but unread', 30);
    expect(await calendar.sync('push')).toMatchObject({ kind: 'retry' });
    stack.google.faults.length = 0;
    stack.microsoft.faults.length = 0;
    stack.local.advanceClock(20 * minute);
    await calendar.sync('schedule');
    expect(await status()).toEqual(['active', null]);
    stack.local.advanceClock(25 * hour);
    user.insert('on its way', 40);
    await calendar.sync('schedule');
    expect(await status()).toEqual(['active', null]);
    await calendar.expectEqualWindows();
  });

  it('of an unknown channel stop that channel, and no other', async () => {
    const known = (await liveChannel()).id;
    // The provider opens a channel and its answer is lost; the next attempt opens another.
    user.fault('open', 'lostAnswer');
    stack.local.advanceClock(8 * 24 * hour);
    await calendar.sync('schedule');
    expect((await state()).push.refusal).toMatchObject({ count: 1 });
    const orphan = onlyLive();
    stack.local.advanceClock(6 * minute);
    await calendar.sync('schedule');
    expect(liveIds()).toHaveLength(2);
    await push(orphan);
    expect(liveIds()).toEqual([(await liveChannel()).id]);
    expect(liveIds()).not.toContain(known);
    // What it still says is nothing to stop it for again.
    const closes = user.calls('close');
    await push(orphan);
    expect(user.calls('close')).toBe(closes);
  });

  it('are requested again after growing pauses while the provider refuses, and shown as refused', async () => {
    user.fault('open', 'unavailable', 50);
    user.fault('close', 'unavailable', 50);
    stack.local.advanceClock(8 * 24 * hour);
    const opens = user.calls('open');
    const times: number[] = [];
    for (let poll = 0; poll < 40; poll += 1) {
      await calendar.sync('schedule');
      if (user.calls('open') > opens + times.length) times.push(poll * 5);
      stack.local.advanceClock(5 * minute);
    }
    expect(await status()).toEqual(['failing', 'refused']);
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.length).toBeLessThanOrEqual(6);
    stack.google.faults.length = 0;
    stack.microsoft.faults.length = 0;
    await calendar.sync('manual');
    expect(await status()).toEqual(['active', null]);
  });

  it('that a provider does not support leave a calendar polled, and are requested once a day', async () => {
    const other = await connectCalendar(stack, platform);
    other.user.fault('open', 'pushUnsupported', 5);
    await other.sync('create');
    const opens = other.user.calls('open');
    for (let poll = 0; poll < 3; poll += 1) {
      stack.local.advanceClock(5 * minute);
      await other.sync('schedule');
    }
    expect(other.user.calls('open')).toBe(opens);
    const { calendar: stored, sync } = await other.load();
    expect(pushStatusOf(stored, sync.push, timestampOf(stack.local.now()))).toEqual({
      status: 'polling',
      reason: 'not_supported',
    });
    expect(millisOf(sync.due_at ?? expect.fail('no timer')) - stack.local.now()).toBeLessThanOrEqual(5 * minute);
  });
});

describe('A channel of Google', () => {
  it('is replaced before it expires, and stopped only then', async () => {
    const calendar = await connectCalendar(stack, 'google');
    await calendar.sync('create');
    const first = liveChannelOf((await calendar.load()).sync.push);
    stack.local.advanceClock(6 * 24 * hour + minute);
    await calendar.sync('schedule');
    const second = liveChannelOf((await calendar.load()).sync.push);
    expect(second.id).not.toBe(first.id);
    const kinds = stack.google.requests.filter(({ account }) => account === calendar.user.account.email);
    const channelCalls = kinds.filter(({ kind }) => kind === 'watch' || kind === 'stop').map(({ kind }) => kind);
    expect(channelCalls).toEqual(['watch', 'watch', 'stop']);
    expect(calendar.user.liveChannels().map(({ id }) => id)).toEqual([second.id]);
  });
});
