import { beforeEach, describe, expect, it } from 'vitest';
import { listAccountCalendars, listAccounts } from '../../../shared/accounts/account-store.ts';
import { readCalendars } from '../../../shared/calendars/calendar-look-up-store.ts';
import { createConnect } from '../../../shared/connect/connect-consent.ts';
import type { ConnectSession } from '../../../shared/connect/connect-session.ts';
import { createConnectSession } from '../../../shared/connect/create-connect-session.ts';
import { createOAuthApp } from '../../../shared/oauth-apps/create-oauth-app.ts';
import type { OAuthApp } from '../../../shared/oauth-apps/oauth-app.ts';
import { deleteOAuthApp } from '../../../shared/oauth-apps/oauth-app-store.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { isCrash } from '../../support/crashable-process.ts';
import { createSyncHarness, type SyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const granted = {
  refreshToken: 'refresh-token',
  accessToken: 'access-token',
  readsShared: true,
  account: { id: 'user-1', email: 'ada@example.com' },
};
const chosen = ['primary', 'team', 'family'].map((name) => ({
  platform_uuid: name === 'primary' ? 'ada@example.com' : name,
  mailbox: null,
  name,
  is_primary: name === 'primary',
  owner_address: null,
  access_role: 'owner' as const,
}));

describe('A consent whose calendars are connected', () => {
  let harness: SyncHarness;
  let app: OAuthApp;
  let session: ConnectSession;
  let mostCalendars: number;

  const arrange = async (): Promise<void> => {
    harness = createSyncHarness(stack);
    const { table, projectId, deps } = harness;
    const client = { platform: 'google', client_id: 'client', client_secret: 'secret' } as const;
    app = await createOAuthApp({ ...deps, table }, projectId, client);
    const wanted = { oauth_app_id: app.id, selection: 'choose', deduplication_key: 'the key' } as const;
    const created = await createConnectSession(
      { ...deps, table, publicUrl: 'https://kalends.example' },
      projectId,
      wanted,
    );
    session = created.session;
    mostCalendars = 100;
  };
  beforeEach(arrange);
  const connect = (wanted = chosen) => {
    const limiter = {
      limitOf: async () => mostCalendars,
      refuse: () => new AppError('throttled', 'too many', { limit: 'calendars', retryAfterSeconds: 3600 }),
    };
    return createConnect({ ...harness.deps, limiter })(session, app, granted, wanted);
  };
  /** Accounts of the project, each with the names of its calendars. */
  const accounts = async (): Promise<string[][]> => {
    const { rows } = await listAccounts(harness.table, harness.projectId, null, 25);
    return Promise.all(
      rows.map(async ({ id, calendar_count }) => {
        const ids = await listAccountCalendars(harness.table, id);
        expect(calendar_count).toBe(ids.length);
        const calendars = await readCalendars(harness.table, harness.projectId, ids);
        return [...calendars.values()].map(({ platform_uuid: uuid }) => uuid ?? 'the primary one').sort();
      }),
    );
  };
  const all = [['family', 'team', 'the primary one']];

  it('leaves no account without calendars after a crash at any point, and connects each once when it is repeated', async () => {
    for (let crashAfter = 1; ; crashAfter += 1) {
      if (crashAfter > 1) await arrange();
      Object.assign(harness.calls, { made: 0, crashAfter });
      const crashed = await connect().then(
        () => false,
        (error: unknown) => isCrash(error) || expect.fail(String(error)),
      );
      await harness.revive();
      for (const calendars of await accounts()) expect(calendars).not.toEqual([]);
      const { calendarIds, refused } = await connect();
      expect([calendarIds.length, refused]).toEqual([3, null]);
      expect(await accounts()).toEqual(all);
      if (!crashed) break;
      expect(crashAfter).toBeLessThan(100);
    }
  });

  it('by two browsers at once creates one account', async () => {
    const outcomes = await Promise.all([connect(), connect(), connect()]);
    expect(outcomes.some(({ refused }) => refused === null)).toBe(true);
    const found = await accounts();
    expect(found).toHaveLength(1);
    expect([...new Set(found[0])]).toEqual(all[0]);
  });

  it('creates nothing when its OAuth app is deleted meanwhile', async () => {
    await deleteOAuthApp(harness.table, app);
    expect(await connect()).toMatchObject({ calendarIds: [], refused: { code: 'not_found' } });
    expect(await accounts()).toEqual([]);
  });

  it('creates nothing when the project has as many calendars as it may', async () => {
    mostCalendars = 0;
    expect(await connect()).toMatchObject({ calendarIds: [], refused: { code: 'throttled' } });
    expect(await accounts()).toEqual([]);
  });

  it('names what it has connected when the project may not have them all, and goes on when it may', async () => {
    mostCalendars = 2;
    const { calendarIds, refused } = await connect();
    expect([calendarIds.length, refused?.code]).toEqual([2, 'throttled']);
    expect(await accounts()).toEqual([['team', 'the primary one']]);
    mostCalendars = 3;
    session = { ...session, calendar_ids: calendarIds };
    // The key of the session belongs to the calendar that is connected already.
    const again = await connect(chosen.toReversed());
    expect(again).toMatchObject({ calendarIds: [expect.any(String), ...calendarIds.toReversed()], refused: null });
    expect(await accounts()).toEqual(all);
  });
});
