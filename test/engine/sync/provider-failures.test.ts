import { beforeEach, describe, expect, it } from 'vitest';
import { changeGrant } from '../../../shared/accounts/change-grant.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import type { UserOptions } from '../../support/simulated-user-port.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

/** What holds for every provider alike when things go wrong. */
describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  let calendar: ConnectedCalendar;
  let harness: ConnectedCalendar['harness'];
  let user: ConnectedCalendar['user'];

  const connect = async (options: UserOptions = {}): Promise<void> => {
    calendar = await connectCalendar(stack, platform, options);
    ({ harness, user } = calendar);
  };
  beforeEach(() => connect());

  describe('with failures', () => {
    it.each([
      ['rateLimited', 'list'],
      ['unavailable', 'list'],
      ['droppedConnection', 'list'],
      ['truncatedJson', 'list'],
      ['tokenUnavailable', 'token'],
    ] as const)('%s of %s: tries again with a growing delay and never disconnects', async (fault, on) => {
      user.insert('standing', 2);
      user.fault(on, fault, 2);
      expect(await calendar.sync('create', 1)).toMatchObject({ kind: 'retry' });
      const second = await calendar.sync('create', 2);
      expect(second).toMatchObject({ kind: 'retry' });
      expect(second.kind === 'retry' && second.delayMs).toBeGreaterThanOrEqual(1000);
      const { calendar: stored, sync: state } = await calendar.load();
      expect(stored.state).toBe('connected');
      expect([state.last_attempted_sync_at !== undefined, state.last_successful_sync_at]).toEqual([true, undefined]);
      expect(await calendar.sync('create', 3)).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      expect(calendar.stateChanges()).toEqual([]);
    });

    it('pauses after the last retry, with a timer', async () => {
      user.fault('token', 'tokenUnavailable', 20);
      expect(await calendar.finish('create')).toEqual({ kind: 'failed' });
      expect((await calendar.load()).sync.due_at).toBeDefined();
    });

    it('of the operator’s client stays connected, and is tried again', async () => {
      user.fault('token', 'operatorMistake', 6);
      expect(await calendar.finish('create')).toEqual({ kind: 'failed' });
      const { calendar: stored, sync: state } = await calendar.load();
      expect(stored.state).toBe('connected');
      expect(state.due_at).toBeDefined();
      expect(calendar.stateChanges()).toEqual([]);
    });

    it('that the provider expects to last is paused so long, but a PATCH syncs it', async () => {
      user.answer('list', { status: 429, headers: { 'retry-after': '7200' } }, 1);
      expect(await calendar.sync('create')).toEqual({ kind: 'failed' });
      stack.local.advanceClock(3_600_000);
      const requests = user.requests();
      expect(await calendar.sync('push')).toEqual({ kind: 'dropped' });
      expect(user.requests()).toBe(requests);
      expect(await calendar.sync('patch')).toEqual({ kind: 'ok' });
      expect(await calendar.sync('push')).toEqual({ kind: 'ok' });
    });

    it('of its channel is synced all the same, and polled', async () => {
      user.insert('standing', 2);
      user.fault('open', 'unavailable');
      expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      const { sync: state } = await calendar.load();
      expect(state.push.channel).toEqual({ kind: 'none' });
      expect(Date.parse(state.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * 60_000);
    });
  });

  describe('that loses access', () => {
    it('disconnects, announces it once, costs nothing until a new token comes, and then catches up', async () => {
      user.insert('standing', 2);
      await calendar.sync('create');
      user.account.revoked = true;
      user.expireAccessTokens();
      // A refusal may be the provider's error: it is believed after ten minutes.
      await calendar.passTime(9 * 60_000);
      expect((await calendar.load()).calendar.state).toBe('connected');
      await harness.loseAccess(calendar.id);
      const { calendar: stored } = await calendar.load();
      expect(stored).toMatchObject({
        state: 'disconnected',
        connection_failure_data: { code: 'authorization_revoked' },
      });
      expect(stored.connection_failure_data?.error).toMatch(/^(Google|Microsoft) Authentication error: /);

      const before = user.requests();
      expect(await calendar.sync()).toEqual({ kind: 'dropped' });
      expect(user.requests()).toBe(before);
      expect(await calendar.sync('patch')).toEqual({ kind: 'disconnected' });
      expect(calendar.stateChanges()).toHaveLength(1);

      user.account.revoked = false;
      user.insert('while disconnected', 3);
      expect(await calendar.sync('patch')).toEqual({ kind: 'ok' });
      expect((await calendar.load()).calendar).toMatchObject({
        state: 'connected',
        connection_failure_data: null,
      });
      expect(calendar.stateChanges().map(({ data }) => data.state)).toEqual(['disconnected', 'connected']);
      await calendar.expectEqualWindows();
      // The channel of the lost grant is not trusted any more.
      expect((await calendar.load()).sync.push.channel).toMatchObject({ renew_at: expect.any(String) });
    });

    it('stays connected when the provider grants a token the next time', async () => {
      await calendar.sync('create');
      user.account.revoked = true;
      user.expireAccessTokens();
      expect(await calendar.sync('push', 1)).toMatchObject({ kind: 'retry' });
      user.account.revoked = false;
      expect(await calendar.sync('push', 2)).toEqual({ kind: 'ok' });
      expect((await calendar.load()).sync.failing).toBeUndefined();
      expect(calendar.stateChanges()).toEqual([]);
    });

    it('stays connected when the user has just replaced the refused token', async () => {
      const provider = harness.deps.providers[platform] ?? expect.fail('no provider');
      user.account.revoked = true;
      let refusals = 0;
      harness.deps.providers[platform] = {
        ...provider,
        authorize: async (credentials) => {
          refusals += 1;
          // The user's PATCH comes in just before the refusal that would be believed.
          if (refusals < 3) return provider.authorize(credentials);
          const { account_id: account } = (await calendar.load()).calendar;
          await changeGrant({ ...harness.deps, table: harness.table }, account, { refresh_token: 'new' });
          return provider.authorize(credentials);
        },
      };
      for (const attempt of [1, 2, 3]) expect(await calendar.sync('create', attempt)).toMatchObject({ kind: 'retry' });
      expect((await calendar.load()).calendar.state).toBe('connected');
      expect(calendar.stateChanges()).toEqual([]);
    });

    it('is disconnected by a 404 only when the calendar is really gone', async () => {
      await connect({ secondary: true });
      user.fault('list', 'notFound');
      expect(await calendar.sync('create')).toMatchObject({ kind: 'retry' });
      expect(await calendar.sync('create', 2)).toEqual({ kind: 'ok' });
      user.removeCalendar();
      await calendar.passTime(9 * 60_000);
      expect((await calendar.load()).calendar.state).toBe('connected');
      await harness.loseAccess(calendar.id);
      expect((await calendar.load()).calendar.connection_failure_data?.code).toBe('calendar_not_found');
    });
  });
});
