import { expect, it } from 'vitest';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { listAccountCalendars, loadAccount } from '../../../shared/accounts/account-store.ts';
import { readProviderCalendars } from '../../../shared/accounts/apply-selection.ts';
import { chooseSelection } from '../../../shared/accounts/choose-selection.ts';
import { followAccount } from '../../../shared/accounts/follow-account.ts';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { readCalendars } from '../../../shared/calendars/calendar-look-up-store.ts';
import { accountTimingMs } from '../../../shared/platform/account-timing.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const hour = 3_600_000;

it.each(platforms)(
  'A calendar of %s that another user shares is followed as the user changes what may be seen',
  async (platform) => {
    const [reader, owner] = [simulateUser(stack, platform), simulateUser(stack, platform, { secondary: true })];
    const uuid = owner.calendar;
    /** What the account may see of the calendar. Microsoft lists no calendar of which only the times may be seen. */
    const share = (role: 'writer' | 'reader' | 'free_busy'): void => {
      if (platform === 'google') {
        stack.google.addCalendar(reader.account as GoogleAccount, { id: uuid });
        const accessRole = role === 'free_busy' ? 'freeBusyReader' : role;
        return stack.google.setAccessRole(reader.account as GoogleAccount, uuid, accessRole);
      }
      const account = reader.account as MicrosoftAccount;
      if (role === 'free_busy') return stack.microsoft.unshareCalendar(uuid, account);
      return stack.microsoft.shareCalendar(uuid, { reader: account, canEdit: role === 'writer' });
    };
    const harness = createSyncHarness(stack);
    const { account_id: id } = await harness.connect(reader);
    const account = (await loadAccount(harness.table, id)) ?? expect.fail('no account');
    const limiter = { limitOf: async () => 100, refuse: () => new AppError('throttled', 'too many') };
    const deps = { ...harness.deps, limiter };
    const connectedAs = async (): Promise<string | undefined> => {
      const ids = await listAccountCalendars(harness.table, id);
      const calendars = [...(await readCalendars(harness.table, harness.projectId, ids)).values()];
      return calendars.find(({ platform_uuid }) => platform_uuid === uuid)?.id;
    };
    const follow = async (afterMs = hour): Promise<string | undefined> => {
      stack.local.advanceClock(afterMs);
      await followAccount(deps, id);
      return connectedAs();
    };

    share('free_busy');
    await chooseSelection(deps, { account, choice: 'all', list: await readProviderCalendars(deps, account) });
    expect(await connectedAs()).toBeUndefined();
    share('reader');
    const connected = await follow();
    expect(connected).toBeDefined();
    // Another role with which it can be read changes nothing.
    share('writer');
    expect(await follow()).toBe(connected);
    // A list that says otherwise once disconnects nothing.
    share('free_busy');
    expect(await follow()).toBe(connected);
    share('reader');
    expect(await follow(accountTimingMs.absentLook)).toBe(connected);
    share('free_busy');
    expect(await follow()).toBe(connected);
    expect(await follow(accountTimingMs.absentLook)).toBeUndefined();
    expect(await follow()).toBeUndefined();
  },
);
