import { describe, expect, it } from 'vitest';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { calendarsPath, type ShownCalendar, useCalendarApi } from '../../support/calendar-api.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';

const { stack, api, other } = useCalendarApi();

interface Listed {
  platform_uuid: string;
  is_primary: boolean;
  connected_as: string | null;
}
interface Selected {
  selection: unknown;
  results: Listed[];
}

describe.each(platforms)('the calendars of an account of %s', (platform) => {
  const addCalendar = (user: SimulatedUser, name: string): string =>
    platform === 'google'
      ? stack.google.addCalendar(user.account as GoogleAccount, {
          id: `${name}-${user.calendar}`,
          summary: name,
          timeZone: 'Europe/Vienna',
        })
      : stack.microsoft.addCalendar(user.account as MicrosoftAccount, { name });
  const connect = async () => {
    const user = stack.simulate(platform);
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
    const json = { platform, client_id, client_secret, refresh_token };
    const { body } = await api.call<ShownCalendar & { account_id: string }>('POST', calendarsPath, { json });
    await stack.idle();
    const path = `/api/v1/accounts/${body.account_id}`;
    return {
      user,
      calendar: body,
      path,
      list: async () => (await api.call<{ results: Listed[] }>('GET', `${path}/calendars`)).body.results,
      select: (json: object) => api.call<Selected>('PUT', `${path}/selection`, { json }),
    };
  };
  const connectedIn = (results: Listed[]): string[] =>
    results.filter((one) => one.connected_as !== null).map((one) => one.platform_uuid);

  it('are listed with what each is connected as', async () => {
    const { user, calendar, path } = await connect();
    const team = addCalendar(user, 'team');
    const { status, body } = await api.call<{ results: Listed[] }>('GET', `${path}/calendars`);
    expect([status, body]).toEqual([
      200,
      {
        next: null,
        previous: null,
        results: [
          {
            platform_uuid: user.calendar,
            name: expect.any(String),
            is_primary: true,
            access_role: 'owner',
            time_zone: platform === 'google' ? 'UTC' : null,
            connected_as: calendar.id,
          },
          {
            platform_uuid: team,
            name: 'team',
            is_primary: false,
            access_role: 'owner',
            time_zone: platform === 'google' ? 'Europe/Vienna' : null,
            connected_as: null,
          },
        ],
      },
    ]);
  });

  it('are connected and disconnected by a selection, whose calendars are synced', async () => {
    const { user, calendar, select, list } = await connect();
    const team = addCalendar(user, 'team');
    const { status, body } = await select({ selection: [team, user.calendar, team] });
    expect([status, body.selection]).toEqual([200, [team, user.calendar]]);
    expect(body.results.find((one) => one.is_primary)?.connected_as).toBe(calendar.id);
    expect(connectedIn(body.results)).toEqual([user.calendar, team]);
    expect((await select({ selection: 'primary' })).body.results).toEqual(await list());
    expect(connectedIn(await list())).toEqual([user.calendar]);
    const again = await select({ selection: [team] });
    await stack.idle();
    const id = again.body.results.find((one) => one.connected_as !== null)?.connected_as;
    expect((await api.call<ShownCalendar>('GET', `${calendarsPath}/${id}`)).body).toMatchObject({
      platform_uuid: team,
      state: 'connected',
      sync_error: null,
      last_successful_sync_at: expect.any(String),
    });
    expect((await api.call('GET', `${calendarsPath}/${calendar.id}`)).status).toBe(404);
  });

  it('are followed when all are selected, and the account shows so', async () => {
    const { user, select, list, path } = await connect();
    const shown = async () => (await api.call('GET', path)).body;
    expect(await shown()).toMatchObject({ selection: null, selection_applied_at: null, selection_error: null });
    expect((await select({ selection: 'all' })).status).toBe(200);
    const applied = { selection: 'all', selection_applied_at: expect.stringMatching(/Z$/), selection_error: null };
    expect(await shown()).toMatchObject(applied);
    const { body: page } = await api.call<{ results: { id: string }[] }>('GET', '/api/v1/accounts');
    expect(page.results.find(({ id }) => path.endsWith(id))).toMatchObject(applied);
    const later = addCalendar(user, 'later');
    stack.local.advanceClock(80 * 60_000);
    await stack.local.tick();
    await stack.idle();
    expect(connectedIn(await list())).toEqual([user.calendar, later]);
    user.answer('calendars', { status: 503 }, 1);
    stack.local.advanceClock(80 * 60_000);
    await stack.local.tick();
    await stack.idle();
    expect(await shown()).toMatchObject({
      selection: 'all',
      selection_error: { code: 'provider_unavailable', message: expect.any(String), since: expect.any(String) },
    });
  });

  it('of another project, and of no account, are not found', async () => {
    const { path } = await connect();
    const calls = [
      ['GET', `${path}/calendars`],
      ['PUT', `${path}/selection`],
    ] as const;
    for (const [method, url] of calls) {
      const json = method === 'PUT' ? { json: { selection: 'primary' } } : {};
      const answers = [
        await api.call(method, url, { ...json, apiKey: other.apiKey }),
        await api.call(method, url.replace(/acct_\w+/, 'acct_AAAAAAAAAAAAAAAA'), json),
      ];
      for (const { status, body } of answers) expect([status, body]).toEqual([404, { error: 'Account not found' }]);
    }
  });

  it('are not selected by anything else', async () => {
    const { select, list, user } = await connect();
    const wrong: [unknown, string][] = [
      [undefined, 'This field is required.'],
      [null, 'This field may not be null.'],
      ['some', '"some" is not a valid choice.'],
      [{}, '"{}" is not a valid choice.'],
      [[], 'This list may not be empty.'],
      [['a', ''], 'This field may not be blank.'],
      [['no-such'], 'The account has no calendar "no-such".'],
    ];
    for (const [selection, text] of wrong) {
      const { status, body } = await select({ selection });
      expect([status, body]).toEqual([400, { selection: [text] }]);
    }
    expect(connectedIn(await list())).toEqual([user.calendar]);
  });

  it('answer in the words of the provider when it refuses, and with 503 when it does not answer', async () => {
    const { user, path } = await connect();
    user.answer('calendars', { status: 503, headers: { 'retry-after': '7' } }, 1);
    const down = await api.call('GET', `${path}/calendars`);
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '7']);
    user.account.revoked = true;
    user.expireAccessTokens();
    const { status, body } = await api.call<{ error: string }>('GET', `${path}/calendars`);
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^(Google|Microsoft) refused the account: \w/)]);
  });
});
