import { describe, expect, it } from 'vitest';
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
    expect([status, body]).toEqual([400, { error: 'Invalid verify value. Allowed values: true, false' }]);
  });

  it('accepts what an outage of the provider does not let it verify', async () => {
    const user = stack.simulate(platform);
    user.fault('token', 'tokenUnavailable');
    const { clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token } = user.account;
    const json = { platform, client_id, client_secret, refresh_token };
    expect((await api.call('POST', `${calendarsPath}?verify=true`, { json })).status).toBe(201);
  });
});
