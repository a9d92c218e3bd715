import { describe, expect, it } from 'vitest';
import type { MicrosoftAccount } from '../../../local/simulators/microsoft/simulator-state.ts';
import { calendarsPath, type ShownCalendar, useCalendarApi } from '../../support/calendar-api.ts';

const { stack, api } = useCalendarApi();

describe.each(['google', 'microsoft'] as const)('verifying a calendar of %s before it is stored', (platform) => {
  const verify = async (change: object = {}) => {
    const user = stack.simulate(platform);
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
    const json = { platform, client_id, client_secret, refresh_token, ...change };
    return { user, ...(await api.call<ShownCalendar>('POST', `${calendarsPath}?verify=true`, { json })) };
  };

  it('accepts credentials that work, and syncs the calendar', async () => {
    const { status, body, user } = await verify();
    expect([status, body.state]).toEqual([201, 'connected']);
    user.insert('standing', 2);
    await stack.idle();
    expect((await api.call('GET', `${calendarsPath}/${body.id}`)).body).toMatchObject({
      sync_error: null,
      last_successful_sync_at: expect.any(String),
    });
  });

  it.each([
    ['client_secret', { client_secret: 'wrong' }],
    ['refresh_token', { refresh_token: 'wrong' }],
    ['platform_uuid', { platform_uuid: 'no-such-calendar' }],
  ])('names the field that is wrong: %s', async (field, change) => {
    const { status, body } = await verify(change);
    expect(status).toBe(400);
    expect(body).toEqual({ [field]: [expect.stringMatching(/^(Google|Microsoft) refused it: ./)] });
  });

  it('refuses a value of the parameter that is neither `true` nor `false`', async () => {
    const json = { platform, client_id: 'a', client_secret: 'b', refresh_token: 'c' };
    const { status, body } = await api.call('POST', `${calendarsPath}?verify=1`, { json });
    expect([status, body]).toEqual([400, { error: 'Invalid verify. Allowed values: true, false' }]);
  });

  it('accepts what an outage of the provider does not let it verify', async () => {
    const user = stack.simulate(platform);
    user.fault('token', 'tokenUnavailable');
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
    const json = { platform, client_id, client_secret, refresh_token };
    expect((await api.call('POST', `${calendarsPath}?verify=true`, { json })).status).toBe(201);
  });
});

describe('verifying a calendar that another mailbox shares', () => {
  const share = (isListed: boolean) => {
    const reader = stack.simulate('microsoft').account as MicrosoftAccount;
    reader.scopes = ['Calendars.Read', 'Calendars.Read.Shared'];
    const owner = stack.simulate('microsoft').account as MicrosoftAccount;
    const shared = stack.microsoft.addCalendar(owner, { name: 'Team' });
    const start = { dateTime: new Date(stack.local.now() + 7_200_000).toISOString() };
    stack.microsoft.insertEvent(shared, { subject: 'Shared', start, end: start });
    stack.microsoft.shareCalendar(shared, { reader, isListed });
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = reader;
    const verify = (platform_uuid: string) => {
      const json = { platform: 'microsoft', client_id, client_secret, refresh_token, platform_uuid };
      return api.call<ShownCalendar>('POST', `${calendarsPath}?verify=true`, { json });
    };
    return { shared, path: `users/${owner.email}/calendars/${shared}`, owner, verify };
  };
  const eventsOf = async ({ id }: ShownCalendar) => {
    await stack.idle();
    return (await api.call<{ results: object[] }>('GET', `/api/v1/calendar_events?calendar_id=${id}`)).body.results;
  };

  it('accepts its path, and syncs its events', async () => {
    const { path, verify } = share(false);
    const { status, body } = await verify(path);
    expect([status, body.platform_uuid]).toEqual([201, path]);
    expect(await eventsOf(body)).toMatchObject([{ name: 'Shared' }]);
  });

  it('accepts its id where the list of the account has it, and syncs its events', async () => {
    const { shared, verify } = share(true);
    const { status, body } = await verify(shared);
    expect([status, body.platform_uuid]).toEqual([201, shared]);
    await eventsOf(body);
    expect(await eventsOf(body)).toMatchObject([{ name: 'Shared' }]);
  });

  it.each<[string, (given: ReturnType<typeof share>) => string]>([
    ['the id of another mailbox alone', ({ shared }) => shared],
    ['a calendar that is not shared', ({ owner }) => `users/${owner.email}/calendar`],
    ['a mailbox that shares nothing', ({ shared }) => `users/nobody@example.com/calendars/${shared}`],
    ['a calendar that does not exist', ({ owner }) => `users/${owner.email}/calendars/none`],
  ])('refuses %s', async (_what, named) => {
    const given = share(false);
    const { status, body } = await given.verify(named(given));
    expect([status, body]).toEqual([400, { platform_uuid: [expect.stringMatching(/^Microsoft refused it: ./)] }]);
  });
});
