import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import {
  type MicrosoftSimulator,
  startMicrosoftSimulator,
} from '../../../local/simulators/microsoft/microsoft-simulator.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import type { CalendarProvider } from '../../../shared/providers/calendar-provider.ts';
import { createGoogleProvider } from '../../../shared/providers/google/google-provider.ts';
import { createMicrosoftProvider } from '../../../shared/providers/microsoft/microsoft-provider.ts';

const clock = createClock();
let google: GoogleSimulator;
let microsoft: MicrosoftSimulator;
let providers: Record<'google' | 'microsoft', CalendarProvider>;

beforeAll(async () => {
  google = await startGoogleSimulator();
  microsoft = await startMicrosoftSimulator();
  providers = {
    google: createGoogleProvider({ apiUrl: google.url, oauthUrl: google.url, clock }),
    microsoft: createMicrosoftProvider({
      graphUrl: microsoft.url,
      loginUrl: microsoft.url,
      tenant: 'common',
      clock,
    }),
  };
});

afterAll(async () => {
  await Promise.all([google.close(), microsoft.close()]);
});

const tokenOf = async (platform: 'google' | 'microsoft', account: GoogleAccount | MicrosoftAccount) => {
  const { clientId, clientSecret, refreshToken } = account;
  return (await providers[platform].authorize({ clientId, clientSecret, refreshToken })).token;
};

let users = 0;
const newEmail = (): string => {
  users += 1;
  return `user-${users}@example.com`;
};

describe('the calendars of an account of Google', () => {
  it('are listed with role, zone and the name that the user gave them, hidden ones too', async () => {
    const email = newEmail();
    const account = google.addAccount({ email });
    google.addCalendar(account, { timeZone: 'Europe/Vienna', summary: 'Ada' });
    const roles = ['writer', 'writerWithoutPrivateAccess', 'reader', 'freeBusyReader'] as const;
    for (const role of roles) {
      google.addCalendar(account, { id: `${role}-${email}`, accessRole: role, hidden: role === 'reader' });
    }
    google.removeCalendar(account, google.addCalendar(account, { id: `gone-${email}` }));
    const { calendars, isComplete } = await providers.google.listCalendars(await tokenOf('google', account), null);
    expect(isComplete).toBe(true);
    expect(calendars[0]).toEqual({
      platform_uuid: email,
      mailbox: null,
      name: 'Ada',
      is_primary: true,
      owner_address: email,
      access_role: 'owner',
      time_zone: 'Europe/Vienna',
    });
    expect(calendars.map((one) => one.access_role)).toEqual(['owner', 'writer', 'writer', 'reader', 'free_busy']);
  });
});

describe('the calendars of an account of Microsoft', () => {
  let ada: MicrosoftAccount;
  let team: MicrosoftAccount;

  beforeEach(() => {
    ada = microsoft.addAccount({ email: newEmail(), scopes: ['Calendars.Read', 'Calendars.Read.Shared'] });
    team = microsoft.addAccount({ email: newEmail() });
    for (const account of [ada, team]) microsoft.addCalendar(account);
  });

  const list = async (account: MicrosoftAccount, mailbox: string | null = null) =>
    providers.microsoft.listCalendars(await tokenOf('microsoft', account), mailbox);
  const locate = async (uuid: string | null, mailbox: string | null = null) =>
    providers.microsoft.locate(await tokenOf('microsoft', ada), { uuid, mailbox });

  it('are listed with the mailbox of their owner, where they can be read there', async () => {
    const own = microsoft.addCalendar(ada, { name: 'Own' });
    const read = microsoft.addCalendar(team, { name: 'Team' });
    const edited = microsoft.addCalendar(team, { name: 'Edited' });
    const linked = microsoft.addCalendar(ada, { name: 'Linked', shared: true });
    microsoft.shareCalendar(read, { reader: ada });
    microsoft.shareCalendar(edited, { reader: ada, canEdit: true });
    const { calendars, isComplete } = await list(ada);
    expect(isComplete).toBe(true);
    expect(calendars).toMatchObject([
      { mailbox: null, name: 'Calendar', is_primary: true, owner_address: ada.email, time_zone: null },
      { platform_uuid: own, mailbox: null, name: 'Own', is_primary: false, access_role: 'owner' },
      { platform_uuid: linked, mailbox: null, name: 'Linked', is_primary: false, access_role: 'reader' },
      { platform_uuid: read, mailbox: team.email, name: 'Team', access_role: 'reader' },
      { platform_uuid: edited, mailbox: team.email, name: 'Edited', access_role: 'writer' },
    ]);
  });

  it('of another mailbox are those that it shares', async () => {
    const shared = microsoft.addCalendar(team, { name: 'Team' });
    microsoft.shareCalendar(shared, { reader: ada, isListed: false });
    expect((await list(ada)).calendars).toHaveLength(1);
    expect((await list(ada, team.email)).calendars).toMatchObject([
      { platform_uuid: shared, mailbox: team.email, access_role: 'reader', is_primary: false },
    ]);
  });

  it('are asked for by twenty in a request', async () => {
    for (let index = 0; index < 25; index += 1) {
      microsoft.shareCalendar(microsoft.addCalendar(team), { reader: ada });
    }
    const batches = () => microsoft.requests.filter((one) => one.account === ada.email && one.kind === 'batch').length;
    const { calendars } = await list(ada);
    expect(calendars.filter(({ mailbox }) => mailbox === team.email)).toHaveLength(25);
    expect(batches()).toBe(2);
  });

  it('are listed in one request, also more than the ten of a usual page of Graph', async () => {
    for (let index = 0; index < 30; index += 1) microsoft.addCalendar(ada);
    const { calendars } = await list(ada);
    expect(calendars).toHaveLength(31);
    expect(microsoft.requests.filter((one) => one.account === ada.email && one.kind === 'calendars')).toHaveLength(1);
  });

  it('are not listed while it is not known in which mailbox they lie', async () => {
    microsoft.shareCalendar(microsoft.addCalendar(team), { reader: ada });
    microsoft.faults.push({ on: 'calendar', account: ada.email, times: 1, outcome: { status: 503 } });
    await expect(list(ada)).rejects.toMatchObject({ verdict: { kind: 'retry' } });
    expect((await list(ada)).calendars).toHaveLength(2);
  });

  it('are found where they can be read, and not by the id of another mailbox alone', async () => {
    const listed = microsoft.addCalendar(team);
    const unlisted = microsoft.addCalendar(team);
    microsoft.shareCalendar(listed, { reader: ada });
    microsoft.shareCalendar(unlisted, { reader: ada, isListed: false });
    expect(await locate(listed)).toEqual({ uuid: listed, mailbox: team.email });
    expect(await locate(unlisted, team.email)).toEqual({ uuid: unlisted, mailbox: team.email });
    await expect(locate(unlisted)).rejects.toMatchObject({ verdict: { kind: 'missing' } });
    await expect(locate('no-such', team.email)).rejects.toMatchObject({ verdict: { kind: 'missing' } });
    await expect(locate(null, team.email)).rejects.toMatchObject({ verdict: { kind: 'refused' } });
    expect(await locate(null)).toEqual({ uuid: null, mailbox: null });
  });
});

describe.each(['google', 'microsoft'] as const)('a calendar list of %s', (platform) => {
  const account = () => {
    const simulator = platform === 'google' ? google : microsoft;
    const added = simulator.addAccount({ email: newEmail() });
    simulator.addCalendar(added as GoogleAccount & MicrosoftAccount);
    return added;
  };
  const answers = (body: object) => {
    const added = account();
    const fault = { account: added.email, times: 100, outcome: { status: 200, body } };
    if (platform === 'google') google.faults.push({ on: 'calendarList', ...fault });
    else microsoft.faults.push({ on: 'calendars', ...fault });
    return added;
  };
  const key = platform === 'google' ? 'items' : 'value';

  it.each<[string, unknown[], number]>([
    ['is empty', [], 0],
    ['has an entry without an id', [{ id: 'a' }, { name: 'b' }], 1],
    ['has entries that are none', [{ id: 'a' }, null, 'text'], 1],
  ])('that %s is not complete', async (_what, entries, count) => {
    const token = await tokenOf(platform, answers({ [key]: entries }));
    const { calendars, isComplete } = await providers[platform].listCalendars(token, null);
    expect([calendars.length, isComplete]).toEqual([count, false]);
  });

  it('that never ends is not complete, and has each calendar once', async () => {
    const next =
      platform === 'google' ? { nextPageToken: 'next' } : { '@odata.nextLink': `${microsoft.url}/v1.0/me/calendars` };
    const token = await tokenOf(platform, answers({ [key]: [{ id: 'a' }], ...next }));
    const { calendars, isComplete } = await providers[platform].listCalendars(token, null);
    expect([calendars.length, isComplete]).toEqual([1, false]);
  });

  it('that has entries with odd fields shows what is known', async () => {
    const entry = { id: 'a', summary: 5, name: {}, accessRole: 'king', timeZone: 'Mars/Base', canEdit: 'yes' };
    const token = await tokenOf(platform, answers({ [key]: [entry] }));
    expect(await providers[platform].listCalendars(token, null)).toEqual({
      calendars: [
        {
          platform_uuid: 'a',
          mailbox: null,
          name: null,
          is_primary: false,
          owner_address: null,
          access_role: 'unknown',
          time_zone: null,
        },
      ],
      isComplete: true,
    });
  });
});
