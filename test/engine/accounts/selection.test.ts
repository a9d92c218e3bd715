import { beforeEach, describe, expect, it } from 'vitest';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import type { Account } from '../../../shared/accounts/account.ts';
import { listAccountCalendars, loadAccount } from '../../../shared/accounts/account-store.ts';
import { readProviderCalendars, type SelectionDeps } from '../../../shared/accounts/apply-selection.ts';
import { chooseSelection } from '../../../shared/accounts/choose-selection.ts';
import { connectCalendars } from '../../../shared/accounts/connect-calendars.ts';
import { followAccount } from '../../../shared/accounts/follow-account.ts';
import { followAll } from '../../../shared/accounts/follow-all.ts';
import type { SelectionChoice } from '../../../shared/accounts/selection.ts';
import { loadSelection } from '../../../shared/accounts/selection-store.ts';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { readCalendars } from '../../../shared/calendars/calendar-look-up-store.ts';
import { accountTimingMs } from '../../../shared/platform/account-timing.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { readPartition } from '../../support/read-partition.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import { createSyncHarness, type SyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const hour = 3_600_000;

describe.each(platforms)('the selection of an account of %s', (platform) => {
  let harness: SyncHarness;
  let user: SimulatedUser;
  let account: Account;
  let deps: SelectionDeps;
  let mostCalendars: number;
  /** Calendars by the names they had first. */
  let uuids: Map<string, string>;

  const add = (name: string): string => {
    const id =
      platform === 'google'
        ? stack.google.addCalendar(user.account as GoogleAccount, { id: `${name}-${user.calendar}`, summary: name })
        : stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name });
    uuids.set(name, id);
    return id;
  };
  const uuidOf = (name: string): string => uuids.get(name) ?? expect.fail(`no ${name}`);
  const rename = (name: string, to: string): void => {
    if (platform === 'google') stack.google.patchCalendar(uuidOf(name), { summary: to });
    else stack.microsoft.renameCalendar(uuidOf(name), to);
  };
  const remove = (name: string): void => {
    if (platform === 'google') stack.google.removeCalendar(user.account as GoogleAccount, uuidOf(name));
    else stack.microsoft.removeCalendar(uuidOf(name));
  };
  const answerList = (status: number, body: object, times = 1000): void =>
    user.answer('calendars', { status, body }, times);

  beforeEach(async () => {
    harness = createSyncHarness(stack);
    user = simulateUser(stack, platform);
    uuids = new Map();
    for (const name of ['team', 'family']) add(name);
    const { account_id: id } = await harness.connect(user);
    account = (await loadAccount(harness.table, id)) ?? expect.fail('no account');
    mostCalendars = 100;
    const limiter = {
      limitOf: async () => mostCalendars,
      refuse: () => new AppError('throttled', 'too many', { limit: 'calendars', retryAfterSeconds: 3600 }),
    };
    deps = { ...harness.deps, limiter };
  });

  const choose = async (choice: SelectionChoice): Promise<void> =>
    chooseSelection(deps, { account, choice, list: await readProviderCalendars(deps, account) });
  /** Calendars of the account, by id at the provider; the primary one is `primary`. */
  const connected = async () => {
    const ids = await listAccountCalendars(harness.table, account.id);
    const calendars = [...(await readCalendars(harness.table, harness.projectId, ids)).values()];
    return calendars.map((one) => ({ ...one, uuid: one.platform_uuid ?? 'primary' }));
  };
  const names = async (): Promise<string[]> => {
    const byUuid = new Map([...uuids].map(([name, uuid]) => [uuid, name]));
    return (await connected()).map(({ uuid }) => byUuid.get(uuid) ?? uuid).sort();
  };
  const dueAt = async () => {
    const rows = await readPartition(harness.table, `ACCOUNT#${account.id}`);
    return rows.find(({ SK }) => SK === 'SELECTION')?.['due_at'] as string | undefined;
  };
  const hoursUntilDue = async () => (Date.parse((await dueAt()) ?? '') - stack.local.now()) / hour;
  const follow = async (afterMs = hour): Promise<void> => {
    stack.local.advanceClock(afterMs);
    await followAccount(deps, account.id);
  };

  it('that is applied disconnects nothing that was connected since, when its message comes late', async () => {
    await choose([uuidOf('team')]);
    await connectCalendars(deps, account, [{ platform_uuid: uuidOf('family'), mailbox: undefined }]);
    expect(await names()).toEqual(['family', 'team']);
    await follow(0);
    expect(await names()).toEqual(['family', 'team']);
  });

  it('connects what is chosen and disconnects the rest, and may be repeated', async () => {
    await choose([uuidOf('team'), uuidOf('family')]);
    expect(await names()).toEqual(['family', 'team']);
    const before = await connected();
    await choose([uuidOf('team'), uuidOf('family')]);
    expect(await connected()).toEqual(before);
    await choose('primary');
    expect(await names()).toEqual(['primary']);
    // Nothing follows them.
    expect(await dueAt()).toBeUndefined();
    expect(await loadSelection(harness.table, account.id)).toMatchObject({
      choice: 'primary',
      applied_at: expect.any(String),
      error: null,
    });
    expect(harness.sent.filter(({ trigger }) => trigger === 'create')).toHaveLength(4);
    expect(harness.sent.filter(({ trigger }) => trigger === 'delete')).toHaveLength(3);
  });

  it('refuses ids that the account does not have, and changes nothing', async () => {
    await expect(choose([uuidOf('team'), 'no-such'])).rejects.toMatchObject({
      details: { fields: { selection: ['The account has no calendar "no-such".'] } },
    });
    expect(await names()).toEqual(['primary']);
    expect(await loadSelection(harness.table, account.id)).toBeNull();
  });

  it('of all calendars follows those that are added, renamed and removed', async () => {
    await choose('all');
    expect(await names()).toEqual(['family', 'primary', 'team']);
    expect(await hoursUntilDue()).toBeCloseTo(0.75, 1);
    for (const { id } of await connected()) await harness.finish(id, 'create');
    add('holidays');
    rename('team', 'Sales');
    await follow();
    expect(await names()).toEqual(['family', 'holidays', 'primary', 'team']);
    expect((await connected()).find(({ uuid }) => uuid === uuidOf('team'))?.name).toBe('Sales');
    remove('family');
    await follow();
    expect(await names()).toEqual(['family', 'holidays', 'primary', 'team']);
    expect(await hoursUntilDue()).toBeCloseTo(accountTimingMs.absentLook / hour, 2);
    await follow(accountTimingMs.absentLook);
    expect(await names()).toEqual(['holidays', 'primary', 'team']);
    await follow();
    expect(await names()).toEqual(['holidays', 'primary', 'team']);
  });

  it('costs one request to the provider, and a few to the table, when nothing has changed', async () => {
    await choose('all');
    for (const { id } of await connected()) await harness.finish(id, 'create');
    const before = user.requests();
    stack.local.advanceClock(60_000);
    harness.calls.made = 0;
    await followAccount(deps, account.id);
    expect([user.requests() - before, harness.calls.made]).toEqual([1, 8]);
  });

  it('disconnects nothing by a list that is empty or not complete', async () => {
    await choose('all');
    const page = platform === 'google' ? 'items' : 'value';
    for (const entries of [[], [{ id: 'other' }, { name: 'unreadable' }], [null]]) {
      user.recover();
      answerList(200, { [page]: entries });
      for (let times = 0; times < 3; times += 1) await follow();
      expect(await names()).toEqual(expect.arrayContaining(['family', 'primary', 'team']));
      expect((await loadSelection(harness.table, account.id))?.error?.code).toBe('list_incomplete');
      for (const choice of ['primary', [uuidOf('team')]] as const)
        await expect(choose(choice as SelectionChoice)).rejects.toMatchObject({ code: 'provider_unavailable' });
    }
  });

  it('is tried again after growing pauses while the provider does not answer, and stays as it is', {
    timeout: 120_000,
  }, async () => {
    await choose('all');
    answerList(503, {});
    const pauses: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      await follow();
      pauses.push(Math.round((await hoursUntilDue()) * 60));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    const failed = await loadSelection(harness.table, account.id);
    expect(failed?.error).toMatchObject({ code: 'provider_unavailable', message: expect.stringContaining('503') });
    // The time of the first failure stays, and that of the last success.
    expect(Date.parse(failed?.error?.since ?? '') - Date.parse(failed?.applied_at ?? '')).toBeCloseTo(hour, -5);
    user.recover();
    add('holidays');
    await follow();
    expect(await loadSelection(harness.table, account.id)).toMatchObject({ error: null, failures: 0 });
    expect(await names()).toEqual(['family', 'holidays', 'primary', 'team']);
  });

  it('is completed when the project may have more calendars again', async () => {
    mostCalendars = 1;
    await expect(choose('all')).rejects.toMatchObject({ code: 'throttled' });
    // It may be sent again at once.
    await expect(choose('all')).rejects.toMatchObject({ code: 'throttled' });
    expect(await connected()).toHaveLength(2);
    expect((await loadSelection(harness.table, account.id))?.error?.code).toBe('too_many_calendars');
    mostCalendars = 100;
    await follow();
    expect(await names()).toEqual(['family', 'primary', 'team']);
  });

  it('is applied by one worker at a time', async () => {
    await choose('all');
    for (const name of ['a', 'b', 'c']) add(name);
    stack.local.advanceClock(hour);
    await Promise.all(Array.from({ length: 4 }, () => followAccount(deps, account.id)));
    expect(await names()).toEqual(['a', 'b', 'c', 'family', 'primary', 'team']);
  });

  it('is completed once after a crash anywhere', { timeout: 120_000 }, async () => {
    const wanted = [uuidOf('team'), uuidOf('family')];
    for (let crashAfter = 1; ; crashAfter += 7) {
      await choose('primary');
      harness.calls.made = 0;
      harness.calls.crashAfter = crashAfter;
      const isDone = await choose(wanted).then(
        () => true,
        () => false,
      );
      await harness.revive();
      // Otherwise the crash came before it was stored, or after all was done.
      const stored = await loadSelection(harness.table, account.id);
      if (!isDone && stored?.choice !== 'primary' && stored?.applied_at === null) {
        await follow(accountTimingMs.followTimerLease);
        expect(await names()).toEqual(['family', 'team']);
      }
      stack.local.advanceClock(accountTimingMs.followTimerLease);
      await choose(wanted);
      expect([crashAfter, await names()]).toEqual([crashAfter, ['family', 'team']]);
      if (isDone) break;
    }
  });

  it('has no timer when it is applied and not followed', async () => {
    await choose([uuidOf('team')]);
    expect(await loadSelection(harness.table, account.id)).toMatchObject({ choice: [uuidOf('team')], error: null });
    expect(await dueAt()).toBeUndefined();
  });

  it('shows that a calendar it chose is gone before it was applied, and disconnects nothing', async () => {
    mostCalendars = 0;
    await expect(choose([uuidOf('team'), uuidOf('family')])).rejects.toMatchObject({ code: 'throttled' });
    mostCalendars = 100;
    remove('family');
    await follow();
    expect(await names()).toEqual(['primary', 'team']);
    expect(await loadSelection(harness.table, account.id)).toMatchObject({
      applied_at: null,
      error: { code: 'calendar_not_found', message: `The account has no calendar "${uuidOf('family')}".` },
    });
  });

  it('shows that the provider refuses the account, and an error of this service', async () => {
    await choose('all');
    user.account.revoked = true;
    user.expireAccessTokens();
    await follow();
    expect((await loadSelection(harness.table, account.id))?.error?.code).toBe('refused');
    user.account.revoked = false;
    const broken = { ...deps, providers: { ...deps.providers, [platform]: undefined as never } };
    stack.local.advanceClock(hour);
    await expect(followAccount(broken, account.id)).rejects.toThrow(TypeError);
    expect((await loadSelection(harness.table, account.id))?.error?.code).toBe('unexpected');
    await follow();
    expect(await loadSelection(harness.table, account.id)).toMatchObject({ error: null });
  });

  it('gives calendars that are followed the metadata of the session that chose them all, also after a PUT', async () => {
    await followAll(deps, account, { tenant: 'acme' });
    await follow();
    add('later');
    await follow();
    const metadata = async () =>
      (await connected()).filter(({ uuid }) => uuid !== 'primary').map((one) => one.metadata);
    expect(await metadata()).toEqual([{ tenant: 'acme' }, { tenant: 'acme' }, { tenant: 'acme' }]);
    await choose('primary');
    await choose([uuidOf('team')]);
    expect(await metadata()).toEqual([{ tenant: 'acme' }]);
  });

  it('ends with the account', async () => {
    await choose('all');
    const { deleteAccount } = await import('../../../shared/accounts/delete-account.ts');
    await deleteAccount(deps, account, async () => undefined);
    for (const id of await listAccountCalendars(harness.table, account.id)) await harness.finish(id, 'delete');
    await follow();
    expect(await readPartition(harness.table, `ACCOUNT#${account.id}`)).toEqual([]);
  });
});
