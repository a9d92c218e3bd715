import { describe, expect, it } from 'vitest';
import {
  calendarsPath,
  type ShownCalendar,
  timeToMicrosecond,
  useCalendarApi,
  validCalendar,
} from '../../support/calendar-api.ts';
import { waitUntil } from '../../support/wait-until.ts';

const creatable =
  'client_id, client_secret, deduplication_key, metadata, platform, platform_uuid, refresh_token, sync_window';

const { stack, api, create, read } = useCalendarApi();

describe('creating a calendar', () => {
  it('answers with every field except the secrets', async () => {
    const { status, headers, body } = await api.call('POST', calendarsPath, { json: validCalendar });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      account_id: expect.stringMatching(/^acct_[A-Za-z0-9]{16}$/),
      id: expect.stringMatching(/^cal_[A-Za-z0-9]{16}$/),
      platform: 'google',
      client_id: 'client',
      platform_uuid: null,
      state: 'connected',
      metadata: null,
      deduplication_key: null,
      connection_failure_data: null,
      sync_window: null,
      name: null,
      time_zone: null,
      account_email: null,
      created_at: timeToMicrosecond,
      updated_at: timeToMicrosecond,
      last_successful_sync_at: null,
      last_attempted_sync_at: null,
      sync_error: null,
    });
    expect(body.updated_at).toBe(body.created_at);
  });

  it('accepts the optional fields, trims them, and reads numbers as text', async () => {
    const raw = JSON.stringify({ ...validCalendar, platform_uuid: ' team@group ', metadata: { a: ' b ', ü: '' } });
    const numbers = raw.replace('"client_id":"client"', '"client_id":12.50,"deduplication_key":1e3');
    const { status, body } = await api.call<ShownCalendar>('POST', calendarsPath, { raw: numbers });
    expect(status).toBe(201);
    const expected = {
      client_id: '12.50',
      deduplication_key: '1e3',
      platform_uuid: 'team@group',
      metadata: { a: ' b ', ü: '' },
    };
    expect(body).toMatchObject(expected);
    expect(await read(body.id)).toMatchObject(expected);
    await api.call('DELETE', `${calendarsPath}/${body.id}`);
  });

  it('takes a sync window, which null resets', async () => {
    const json = { ...validCalendar, sync_window: { past_days: 3 } };
    const created = await api.call<ShownCalendar>('POST', calendarsPath, { json });
    expect([created.status, created.body.sync_window]).toEqual([201, { past_days: 3 }]);
    const target = `${calendarsPath}/${created.body.id}`;
    const reset = await api.call('PATCH', target, { json: { sync_window: null } });
    expect([reset.status, reset.body['sync_window']]).toEqual([200, null]);
    expect(await read(created.body.id)).toMatchObject({ sync_window: null });
    await api.call('DELETE', target);
    const plain = await api.call('POST', calendarsPath, { json: { ...validCalendar, sync_window: null } });
    expect([plain.status, plain.body['sync_window']]).toEqual([201, null]);
    await api.call('DELETE', `${calendarsPath}/${String(plain.body['id'])}`);
  });

  it('with a used key names the calendar that has it', async () => {
    const json = { ...validCalendar, deduplication_key: 'taken' };
    const first = await api.call<ShownCalendar>('POST', calendarsPath, { json });
    const second = await api.call('POST', calendarsPath, { json });
    expect([second.status, second.headers.get('x-existing-id')]).toEqual([400, first.body.id]);
    await api.call('DELETE', `${calendarsPath}/${first.body.id}`);
  });

  it('accepts each text up to its limit, counted in code points', async () => {
    const given = {
      client_id: '😀'.repeat(255),
      platform_uuid: 'ü'.repeat(1024),
      deduplication_key: '😀'.repeat(1024),
    };
    const { id } = await create({ ...given, client_secret: '😀'.repeat(16_384), refresh_token: 'ü'.repeat(16_384) });
    expect(await read(id)).toMatchObject(given);
    await api.call('DELETE', `${calendarsPath}/${id}`);
  });

  it('starts the first sync at once', async () => {
    const account = stack.google.addAccount({ email: 'created@example.com' });
    stack.google.addCalendar(account);
    const { id } = await create({
      client_id: account.clientId,
      client_secret: account.clientSecret,
      refresh_token: account.refreshToken,
    });
    await waitUntil(async () => (await read(id)).last_successful_sync_at !== null);
    expect(await read(id)).toMatchObject({ state: 'connected', last_attempted_sync_at: timeToMicrosecond });
  });

  const required = ['This field is required.'];
  it.each([
    ['nothing', undefined],
    ['an empty body', ''],
    ['an empty object', '{}'],
  ])('names every missing field of %s', async (_name, raw) => {
    const { status, body } = await api.call('POST', calendarsPath, raw === undefined ? {} : { raw });
    expect(status).toBe(400);
    expect(body).toEqual({ platform: required, client_id: required, client_secret: required, refresh_token: required });
  });

  it('names every fault at once, before unexpected fields', async () => {
    const json = {
      platform: 'apple',
      client_id: ' ',
      client_secret: null,
      refresh_token: ['x'],
      platform_uuid: null,
      metadata: [],
      deduplication_key: 'k'.repeat(1025),
      foo: 1,
    };
    const { status, body } = await api.call('POST', calendarsPath, { json });
    expect(status).toBe(400);
    expect(body).toEqual({
      platform: ['"apple" is not a valid choice.'],
      client_id: ['This field may not be blank.'],
      client_secret: ['This field may not be null.'],
      refresh_token: ['Not a valid string.'],
      platform_uuid: ['This field may not be null.'],
      metadata: ['Metadata must be an object not an array or other type'],
      deduplication_key: ['Ensure this field has no more than 1024 characters.'],
    });
  });

  it.each([
    [{ foo: 1, bar: null }, `Unexpected field(s): bar, foo. Allowed fields are: ${creatable}`],
    [{ state: 'connected' }, `Unexpected field(s): state. Allowed fields are: ${creatable}`],
    [{ '\0': 1 }, `Unexpected field(s): \0. Allowed fields are: ${creatable}`],
  ])('refuses the unexpected fields %j', async (extra, message) => {
    const { status, body } = await api.call('POST', calendarsPath, { json: { ...validCalendar, ...extra } });
    expect(status).toBe(400);
    expect(body).toEqual({ non_field_errors: [message] });
  });

  const texts = ['client_id', 'client_secret', 'refresh_token', 'platform_uuid', 'deduplication_key'];
  const limits: Record<string, number> = {
    client_id: 255,
    client_secret: 16_384,
    refresh_token: 16_384,
    platform_uuid: 1024,
    deduplication_key: 1024,
  };
  it.each(texts)('refuses invalid values of %s', async (field) => {
    const wrong: [unknown, string][] = [
      [null, 'This field may not be null.'],
      ['', 'This field may not be blank.'],
      [' \t', 'This field may not be blank.'],
      [true, 'Not a valid string.'],
      [false, 'Not a valid string.'],
      [[], 'Not a valid string.'],
      [{}, 'Not a valid string.'],
      ['a\0b', 'Null characters are not allowed.'],
      ['a\ud800b', 'Surrogate characters are not allowed: U+D800.'],
      ['😀'.repeat((limits[field] ?? 0) + 1), `Ensure this field has no more than ${limits[field]} characters.`],
    ];
    for (const [value, message] of wrong) {
      const { status, body } = await api.call('POST', calendarsPath, { json: { ...validCalendar, [field]: value } });
      expect({ status, body }).toEqual({ status: 400, body: { [field]: [message] } });
    }
  });

  it('accepts at most a thousand characters of metadata', async () => {
    const metadata = { k: `${'ü'.repeat(165)}x` };
    const { id } = await create({ metadata });
    expect((await read(id)).metadata).toEqual(metadata);
    const longer = { ...validCalendar, metadata: { k: `${metadata.k}x` } };
    const { status, body } = await api.call('POST', calendarsPath, { json: longer });
    expect({ status, body }).toEqual({
      status: 400,
      body: { metadata: ['Metadata must be less than 1000 characters'] },
    });
  });
});
