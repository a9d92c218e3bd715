import { beforeEach, describe, expect, it } from 'vitest';
import { refreshKey } from '../../../shared/accounts/access-store.ts';
import { credentialsKeyOf } from '../../../shared/accounts/account-row.ts';
import { findAccountByKey, listAccountCalendars, loadAccount } from '../../../shared/accounts/account-store.ts';
import { credentialsContext } from '../../../shared/accounts/credentials-context.ts';
import { deleteAccount } from '../../../shared/accounts/delete-account.ts';
import { type Platform, platforms } from '../../../shared/calendars/calendar.ts';
import { readCalendars } from '../../../shared/calendars/calendar-look-up-store.ts';
import { updateCalendar } from '../../../shared/calendars/update-calendar.ts';
import { accountTimingMs } from '../../../shared/platform/account-timing.ts';
import type { AccountId, CalendarId } from '../../../shared/platform/ids.ts';
import { getAllRows } from '../../../shared/store/batch-get.ts';
import { Crash } from '../../support/crashable-process.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import { createSyncHarness, type SyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const size = 5;

describe.each(platforms)('Five calendars of one account of %s', (platform: Platform) => {
  let harness: SyncHarness;
  let user: SimulatedUser;
  let ids: CalendarId[];
  let accountId: AccountId;
  beforeEach(async () => {
    harness = createSyncHarness(stack);
    user = simulateUser(stack, platform);
    ids = [];
    for (let index = 0; index < size; index += 1) {
      const calendar = await harness.connect(user, { deduplicationKey: `calendar ${index}` });
      ids.push(calendar.id);
      accountId = calendar.account_id;
    }
  });
  const load = async () => (await loadAccount(harness.table, accountId)) ?? expect.fail('no account');
  const readLease = async () => (await getAllRows(harness.table, [refreshKey(accountId)]))[0];
  const syncAll = (trigger: 'create' | 'schedule' = 'schedule') =>
    Promise.all(ids.map((id) => harness.deliver(id, trigger)));

  it('share the account that the first one was posted with', async () => {
    const calendars = await readCalendars(harness.table, harness.projectId, ids);
    expect(new Set([...calendars.values()].map(({ account_id: id }) => id))).toEqual(new Set([accountId]));
    expect((await listAccountCalendars(harness.table, accountId)).sort()).toEqual([...ids].sort());
    expect((await load()).calendar_count).toBe(size);
  });

  it('are synced at once with one refresh of the access token, and the rotated token is stored once', async () => {
    user.insert('meeting', 3);
    expect(await syncAll('create')).toEqual(ids.map(() => ({ kind: 'ok' })));
    expect(user.calls('token')).toBe(1);
    const { grant } = await load();
    if (grant.kind !== 'client') expect.fail('another grant');
    const stored = await harness.deps.envelope.open(credentialsContext(await load()), grant.refresh_token);
    expect(stored).toBe(user.account.refreshToken);
    // All tokens are refused now: again one refresh serves all.
    user.expireAccessTokens();
    stack.local.advanceClock(3_600_000 * 24);
    expect(await syncAll()).toEqual(ids.map(() => ({ kind: 'ok' })));
    expect(user.calls('token')).toBe(2);
  });

  it('sync on after a refresh that crashed between the answer and the write', async () => {
    await syncAll('create');
    user.expireAccessTokens();
    user.insert('later', 5);
    stack.local.advanceClock(3_600_000 * 24);
    const [first = expect.fail('no calendar'), ...others] = ids;
    const provider = harness.deps.providers[platform];
    harness.deps.providers[platform] = {
      ...provider,
      authorize: async (credentials) => {
        await provider.authorize(credentials);
        throw new Error('out of memory');
      },
    };
    await expect(harness.deliver(first, 'schedule')).rejects.toThrow('out of memory');
    harness.deps.providers[platform] = provider;
    expect(await readLease()).toBeUndefined();
    for (const id of others) expect(await harness.deliver(id, 'schedule')).toEqual({ kind: 'ok' });
    expect(await harness.deliver(first, 'schedule', 2)).toEqual({ kind: 'ok' });
    for (const id of ids) {
      expect((await harness.stored(id)).filter(({ is_deleted: gone }) => !gone).map(({ name }) => name)).toEqual([
        'later',
      ]);
    }
  });

  it('wait while a worker that was killed holds the refresh, and sync on when its time is over', async () => {
    await syncAll('create');
    user.expireAccessTokens();
    stack.local.advanceClock(3_600_000 * 24);
    const [first = expect.fail('no calendar'), second = expect.fail('no calendar')] = ids;
    const provider = harness.deps.providers[platform];
    harness.deps.providers[platform] = {
      ...provider,
      authorize: async () => {
        harness.calls.crashAfter = 0;
        throw new Crash();
      },
    };
    await expect(harness.deliver(first, 'schedule')).rejects.toThrow();
    harness.deps.providers[platform] = provider;
    await harness.revive();
    expect(await readLease()).toBeDefined();
    expect(await harness.deliver(second, 'schedule')).toMatchObject({ kind: 'retry' });
    stack.local.advanceClock(accountTimingMs.refreshLease);
    expect(await harness.deliver(second, 'schedule', 2)).toEqual({ kind: 'ok' });
    expect(await readLease()).toBeUndefined();
  });

  it('come back together when one of them gets new credentials', async () => {
    await syncAll('create');
    user.account.revoked = true;
    user.expireAccessTokens();
    for (const id of ids) await harness.loseAccess(id);
    user.account.revoked = false;
    const [first = expect.fail('no calendar')] = ids;
    const calendar = (await readCalendars(harness.table, harness.projectId, [first])).get(first) ?? expect.fail();
    harness.sent.length = 0;
    const refresh_token = user.account.refreshToken;
    await updateCalendar({ ...harness.deps, table: harness.table }, calendar, { refresh_token });
    const asked = harness.sent.map(({ calendar_id: id }) => id);
    expect(asked.toSorted()).toEqual(ids.toSorted());
    for (const id of asked) expect(await harness.deliver(id, 'patch')).toEqual({ kind: 'ok' });
    const states = [...(await readCalendars(harness.table, harness.projectId, ids)).values()].map(({ state }) => state);
    expect(states).toEqual(ids.map(() => 'connected'));
  });

  it('take their account and its secrets with them when the last one is purged', async () => {
    await syncAll('create');
    const account = await load();
    const places: string[] = [];
    await deleteAccount({ ...harness.deps, table: harness.table }, account, async () => void places.push('free'));
    expect(places).toHaveLength(size);
    for (const id of ids.slice(1)) expect(await harness.finish(id, 'delete')).toEqual({ kind: 'purged' });
    expect((await load()).calendar_count).toBe(1);
    expect(await harness.finish(ids[0] ?? '', 'delete')).toEqual({ kind: 'purged' });
    expect(await loadAccount(harness.table, accountId)).toBeNull();
    expect(await findAccountByKey(harness.table, harness.projectId, credentialsKeyOf(account))).toBeNull();
  });
});
