import { beforeEach, describe, expect, it } from 'vitest';
import { microsoftFaults } from '../../../local/simulators/microsoft/microsoft-faults.ts';
import type { MicrosoftRequestKind } from '../../../local/simulators/microsoft/route-request.ts';
import { loadAccount } from '../../../shared/accounts/account-store.ts';
import { credentialsContext } from '../../../shared/accounts/credentials-context.ts';
import { createMicrosoftProvider } from '../../../shared/providers/microsoft/microsoft-provider.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import { createSyncHarness, type SyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';
import { storedLines, trueLines } from '../../support/window-lines.ts';

const stack = useStack();
let harness: SyncHarness;
let user: SimulatedUser;
let calendarId: string;

beforeEach(async () => {
  harness = createSyncHarness(stack);
  user = simulateUser(stack, 'microsoft', { zone: 'Europe/Berlin' });
  calendarId = (await harness.connect(user)).id;
});

const count = (kind: MicrosoftRequestKind): number => stack.microsoft.count(kind, { account: user.account.email });
const sync = (trigger: 'create' | 'push' = 'push') => harness.deliver(calendarId, trigger);
const expectEqualWindows = async (): Promise<void> => {
  expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, user));
};

describe('Tokens of Microsoft', () => {
  it('are refreshed without a single discovery call', async () => {
    await sync('create');
    expect([count('token'), stack.microsoft.count('discovery')]).toEqual([1, 0]);
  });

  // https://github.com/ZeroPointSix/outlookEmailPlus/issues/107
  it('are refreshed for an app that was consented to other scopes than the usual ones', async () => {
    Object.assign(user.account, { scopes: ['Calendars.ReadWrite'] });
    user.insert('standing', 40);
    expect(await sync('create')).toEqual({ kind: 'ok' });
    await expectEqualWindows();
  });

  it('rotate, and a crash between refresh and save loses no access', async () => {
    await sync('create');
    for (let round = 1; round <= 5; round += 1) {
      user.expireAccessTokens();
      user.insert(`round ${round}`, round);
      // Read of the calendar, the refused delta, read of the account, the refresh: dead before the new token is stored.
      if (round === 3) expect(await harness.deliverCrashing(calendarId, 'push', 4)).toBe(true);
      else expect(await sync()).toEqual({ kind: 'ok' });
      await expectEqualWindows();
    }
    const { calendar } = await harness.load(calendarId);
    const account = (await loadAccount(harness.table, calendar.account_id)) ?? expect.fail('no account');
    const stored = await harness.deps.envelope.open(
      credentialsContext(account),
      account.grant.kind === 'client' ? account.grant.refresh_token : 'v1.none',
    );
    expect(stored).toBe(user.account.refreshToken);
  });

  it('of one user that are throttled do not stop another user', async () => {
    const other = simulateUser(stack, 'microsoft');
    const otherId = (await harness.connect(other)).id;
    stack.microsoft.faults.push({
      on: 'token',
      account: user.account.email,
      times: 3,
      outcome: microsoftFaults.tokenTooManyRequests(30),
    });
    expect(await sync('create')).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(await harness.deliver(otherId, 'create')).toEqual({ kind: 'ok' });
    stack.microsoft.faults.length = 0;
  });

  it('are requested from the one tenant that the app is registered for', async () => {
    const { url } = stack.microsoft;
    const account = stack.microsoft.addAccount({ email: `${calendarId}@contoso.example` });
    const { tenantId: tenant } = account;
    const provider = createMicrosoftProvider({ graphUrl: url, loginUrl: url, tenant, clock: harness.deps.clock });
    await provider.authorize(account);
    expect(stack.microsoft.requests.at(-1)?.path).toBe(`/${tenant}/oauth2/v2.0/token`);
    expect(stack.microsoft.count('discovery')).toBe(0);
  });

  it.each([
    [65001, 'consent_missing'],
    [50057, 'account_disabled'],
    [53003, 'admin_blocked'],
    [700082, 'authorization_revoked'],
  ] as const)('refused by AADSTS%i disconnect as %s', async (code, failure) => {
    stack.microsoft.faults.push({
      on: 'token',
      account: user.account.email,
      times: 3,
      outcome: microsoftFaults.aadsts(code),
    });
    expect(await harness.finish(calendarId, 'create')).toEqual({ kind: 'disconnected' });
    expect((await harness.load(calendarId)).calendar.connection_failure_data).toMatchObject({
      code: failure,
      provider_code: `AADSTS${code}`,
    });
  });
});

describe('Series of Microsoft', () => {
  it('that become a single event leave no occurrence behind', async () => {
    const series = user.insertSeries('weekly', 3, 'week');
    await sync('create');
    expect((await harness.stored(calendarId)).length).toBeGreaterThan(3);
    stack.microsoft.patchEvent(user.calendar, series, { recurrence: null });
    await sync();
    expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, user));
    expect((await harness.stored(calendarId)).filter((event) => !event.is_deleted)).toHaveLength(1);
  });

  it('take one extra call when their masters have to be fetched, and single events none', async () => {
    user.insertSeries('daily', 2, 'day');
    user.insertSeries('weekly', 3, 'week');
    user.insert('single', 4);
    stack.microsoft.switches.absentMasters = true;
    await sync('create');
    stack.microsoft.switches.absentMasters = false;
    await expectEqualWindows();
    expect([count('batch'), count('event'), count('instances')]).toEqual([1, 0, 0]);
    expect((await harness.stored(calendarId)).every(({ name, attendees }) => name !== null && attendees)).toBe(true);
  });

  it('that come with their master take none, and a changed one takes one', async () => {
    const id = user.insertSeries('daily', 2, 'day');
    await sync('create');
    expect([count('event'), count('instances')]).toEqual([0, 0]);
    user.rename(id, 'renamed');
    await sync();
    await expectEqualWindows();
    expect([count('event'), count('instances')]).toEqual([0, 1]);
  });

  it('are never stored as a meeting, though their master says it began long ago', async () => {
    user.insertSeries('old', -24 * 400, 'day');
    await sync('create');
    await expectEqualWindows();
    expect((await harness.stored(calendarId)).filter(({ event_type }) => event_type === 'seriesMaster')).toEqual([]);
  });

  it('that are moved to another zone are followed', async () => {
    const id = user.insertSeries('daily', 2, 'day');
    await sync('create');
    stack.microsoft.moveSeriesToZone(user.calendar, id, 'Tokyo Standard Time');
    await sync();
    await expectEqualWindows();
  });
});

it('A cancelled meeting of Microsoft, which stays in the mailbox, counts as deleted', async () => {
  const uuid = user.insert('called off', 2);
  await sync('create');
  stack.microsoft.cancelEvent(user.calendar, uuid);
  await sync();
  expect(await harness.stored(calendarId)).toMatchObject([{ is_deleted: true }]);
  await expectEqualWindows();
});

it('A delta of Microsoft gives the same events with duplicates and in any order', async () => {
  Object.assign(stack.microsoft.switches, { duplicateItems: true, shuffleItems: true, splitSeries: true });
  user.insertSeries('daily', 2, 'day');
  user.insertMany(Array.from({ length: 40 }, (_, index) => ({ name: `event ${index}`, hours: index })));
  await sync('create');
  await expectEqualWindows();
  Object.assign(stack.microsoft.switches, { duplicateItems: false, shuffleItems: false, splitSeries: false });
});

it.each([
  [410, 'SyncStateNotFound'],
  [400, 'syncStateNotFound'],
  [404, 'resyncRequired'],
] as const)('a delta link refused by %i %s means a new round', async (status, code) => {
  await sync('create');
  stack.microsoft.switches.expiredSyncState = { status, code, location: false };
  user.expireSyncTokens();
  user.insert('while the link was dead', 3);
  expect(await sync()).toEqual({ kind: 'ok' });
  await expectEqualWindows();
  expect(count('list')).toBe(2);
  stack.microsoft.switches.expiredSyncState = { status: 410, code: 'SyncStateNotFound', location: false };
});

it('A mailbox that is not in Exchange Online disconnects the calendar as unavailable', async () => {
  const account = stack.microsoft.addAccount({ email: `${calendarId}@example.com`, hasMailbox: false });
  stack.microsoft.addCalendar(account);
  const { id } = await harness.connect({ platform: 'microsoft', account });
  expect(await harness.finish(id, 'create')).toEqual({ kind: 'disconnected' });
  expect((await harness.load(id)).calendar.connection_failure_data?.code).toBe('mailbox_unavailable');
});

describe('A subscription of Graph', () => {
  const liveChannel = async () => {
    const { channel } = (await harness.load(calendarId)).sync.push;
    return channel.kind === 'live' ? channel : expect.fail('no live channel');
  };
  const subscriptionOf = async (): Promise<string> => (await liveChannel()).resource_id;
  const lifecycle = async (event: 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved', id: string) =>
    harness.deliver(calendarId, 'lifecycle', 1, { lifecycle: { event, subscription_id: id } });

  beforeEach(() => sync('create'));

  it('that needs authorization is renewed, not replaced', async () => {
    const id = await subscriptionOf();
    await lifecycle('reauthorizationRequired', id);
    expect([await subscriptionOf(), count('renew'), count('subscribe')]).toEqual([id, 1, 1]);
  });

  it('that was removed is replaced once, however often its removal is reported, and the calendar is read', async () => {
    const id = await subscriptionOf();
    stack.microsoft.sendLifecycle(id, 'subscriptionRemoved');
    user.insert('unheard', 3);
    await lifecycle('subscriptionRemoved', id);
    await lifecycle('subscriptionRemoved', id);
    expect(await subscriptionOf()).not.toBe(id);
    expect(count('subscribe')).toBe(2);
    await expectEqualWindows();
  });

  it('that reports missed notifications only causes a read', async () => {
    const id = await subscriptionOf();
    await lifecycle('missed', id);
    expect([count('delta'), count('renew'), count('subscribe')]).toEqual([1, 0, 1]);
  });

  it('that is gone when it should be prolonged is opened again', async () => {
    const id = await subscriptionOf();
    stack.microsoft.sendLifecycle(id, 'subscriptionRemoved');
    stack.local.advanceClock(6 * 86_400_000);
    await harness.deliver(calendarId, 'schedule');
    expect(await subscriptionOf()).not.toBe(id);
    expect(count('subscribe')).toBe(2);
  });

  it('is prolonged before its end, which the provider sets', async () => {
    const id = await subscriptionOf();
    stack.local.advanceClock(6 * 86_400_000);
    await harness.deliver(calendarId, 'schedule');
    expect([await subscriptionOf(), count('renew')]).toEqual([id, 1]);
    expect(Date.parse((await liveChannel()).expires_at ?? '') - stack.local.now()).toBeGreaterThan(6 * 86_400_000);
  });
});
