import { describe, expect, it } from 'vitest';
import { calendarsPath, type ShownCalendar, useCalendarApi, validCalendar } from '../../support/calendar-api.ts';
import { waitUntil } from '../../support/wait-until.ts';

const { stack, api, other } = useCalendarApi();

type Shown = ShownCalendar & { account_id: string };
interface Account {
  id: string;
  calendar_count: number;
}
interface Page<Row> {
  results: Row[];
  next: string | null;
}

const path = '/api/v1/accounts';
const absent = { error: 'Account not found' };
const post = async (more: object, apiKey?: string): Promise<Shown> => {
  const { status, body } = await api.call<Shown>('POST', calendarsPath, {
    json: { ...validCalendar, ...more },
    ...(apiKey !== undefined && { apiKey }),
  });
  expect(status).toBe(201);
  return body;
};
const read = async (id: string): Promise<Account> => (await api.call<Account>('GET', `${path}/${id}`)).body;

describe('an account', () => {
  it('is shared by calendars that are posted with the same credentials, also at the same moment', async () => {
    const calendars = await Promise.all(Array.from({ length: 8 }, () => post({ refresh_token: 'shared' })));
    const accounts = new Set(calendars.map(({ account_id: id }) => id));
    expect(accounts.size).toBe(1);
    const [id = ''] = accounts;
    expect(await read(id)).toEqual({
      id: expect.stringMatching(/^acct_[A-Za-z0-9]{16}$/),
      platform: validCalendar.platform,
      client_id: validCalendar.client_id,
      account_email: null,
      provider_account_id: null,
      oauth_app_id: null,
      organization_id: null,
      calendar_count: 8,
      selection: null,
      selection_applied_at: null,
      selection_error: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const { body } = await api.call<Page<Shown>>('GET', `${calendarsPath}?account_id=${id}`);
    expect(body.results.map((calendar) => calendar.id).sort()).toEqual(calendars.map((calendar) => calendar.id).sort());
  });

  it('is another one for another token, secret, client, platform or project', async () => {
    const first = await post({ refresh_token: 'one of many' });
    const others = [
      await post({ refresh_token: 'another of many' }),
      await post({ refresh_token: 'one of many', client_secret: 'another' }),
      await post({ refresh_token: 'one of many', client_id: 'another' }),
      await post({ refresh_token: 'one of many', platform: 'microsoft' }),
      await post({ refresh_token: 'one of many' }, other.apiKey),
    ];
    expect(new Set([first, ...others].map(({ account_id: id }) => id)).size).toBe(6);
  });

  it('gets new credentials by PATCH, which then find it', async () => {
    const calendar = await post({ refresh_token: 'old' });
    const { status } = await api.call('PATCH', `${path}/${calendar.account_id}`, { json: { refresh_token: 'new' } });
    expect(status).toBe(200);
    expect((await post({ refresh_token: 'new' })).account_id).toBe(calendar.account_id);
    expect((await post({ refresh_token: 'old' })).account_id).not.toBe(calendar.account_id);
    const wrong = await api.call('PATCH', `${path}/${calendar.account_id}`, { json: { refresh_token: '', id: 'x' } });
    expect(wrong).toMatchObject({ status: 400, body: { refresh_token: ['This field may not be blank.'] } });
  });

  it('is deleted with its calendars, and goes with the last of them', async () => {
    const [one, two] = [await post({ refresh_token: 'leaving' }), await post({ refresh_token: 'leaving' })];
    expect((await api.call('DELETE', `${calendarsPath}/${one.id}`)).status).toBe(200);
    await waitUntil(async () => (await read(one.account_id)).calendar_count === 1);
    expect((await api.call('DELETE', `${path}/${two.account_id}`)).status).toBe(200);
    expect((await api.call('GET', `${calendarsPath}/${two.id}`)).status).toBe(404);
    await waitUntil(async () => (await api.call('GET', `${path}/${two.account_id}`)).status === 404);
    // Nothing is left by which the former credentials would find it.
    expect((await post({ refresh_token: 'leaving' })).account_id).not.toBe(one.account_id);
  });

  it('is listed newest first, page by page', async () => {
    const ids = [];
    for (const token of ['a', 'b', 'c']) ids.unshift((await post({ refresh_token: `page ${token}` })).account_id);
    const { body } = await api.call<Page<Account>>('GET', `${path}?limit=2`);
    expect(body.results.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const next = await api.call<Page<Account>>('GET', body.next?.slice(stack.local.url.length) ?? 'none');
    expect(next.body.results[0]?.id).toBe(ids[2]);
  });

  it('of another project is absent to every request, and its calendars are not found by it', async () => {
    const { account_id: id } = await post({ refresh_token: 'foreign' });
    for (const [method, json] of [['GET'], ['PATCH', { refresh_token: 'x' }], ['DELETE']] as const) {
      const answer = await api.call(method, `${path}/${id}`, { apiKey: other.apiKey, ...(json && { json }) });
      expect(answer).toMatchObject({ status: 404, body: absent });
    }
    const theirs = await api.call<Page<Account>>('GET', path, { apiKey: other.apiKey });
    expect(theirs.body.results.map((account) => account.id)).not.toContain(id);
    const calendars = await api.call<Page<Shown>>('GET', `${calendarsPath}?account_id=${id}`, { apiKey: other.apiKey });
    expect(calendars.body.results).toEqual([]);
  });
});
