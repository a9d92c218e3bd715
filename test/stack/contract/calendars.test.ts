import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { createProject } from '../../../shared/projects/create-project.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Calendar {
  id: string;
  created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

const path = '/api/v1/calendars';
const secrets = { client_secret: 'hushed-client-secret', refresh_token: 'hushed-refresh-token' };
const rotated = { client_secret: 'rotated-client-secret', refresh_token: 'rotated-refresh-token' };
const valid = { platform: 'google', client_id: 'client', ...secrets };
const updatable = 'client_secret, metadata, refresh_token, sync_window';
const creatable = 'client_id, client_secret, deduplication_key, metadata, platform, platform_uuid, refresh_token';
const keyTaken = 'A calendar with this deduplication key already exists in this project.';
const absent = { error: 'Calendar not found' };
const stamped = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

let stack: TestStack;
let api: ApiClient;
let otherKey: string;

beforeAll(async () => {
  stack = await startTestStack();
  api = await createApiClient(stack.local);
  api.forbid(...Object.values(secrets), ...Object.values(rotated));
  const table = openStackTable(stack.local);
  ({ apiKey: otherKey } = await createProject({ table, clock: createClock() }, 'other'));
  table.client.destroy();
});
afterAll(() => stack?.close());

const create = async (given: object = {}): Promise<Calendar> => {
  const { status, body } = await api.call<Calendar>('POST', path, { json: { ...valid, ...given } });
  expect(status).toBe(201);
  return body;
};
const read = async (id: string): Promise<Calendar> => (await api.call<Calendar>('GET', `${path}/${id}`)).body;

describe('creating a calendar', () => {
  it('answers all there is to know of it, but its secrets', async () => {
    const { status, headers, body } = await api.call('POST', path, { json: valid });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      id: expect.stringMatching(/^cal_[A-Za-z0-9]{16}$/),
      platform: 'google',
      client_id: 'client',
      platform_uuid: null,
      state: 'connected',
      metadata: null,
      deduplication_key: null,
      connection_failure_data: null,
      sync_window: null,
      created_at: stamped,
      updated_at: stamped,
      last_successful_sync_at: null,
      last_attempted_sync_at: null,
    });
    expect(body.updated_at).toBe(body.created_at);
  });

  it('takes what is optional, trimmed, and numbers as their text', async () => {
    const raw = JSON.stringify({ ...valid, platform_uuid: ' team@group ', metadata: { a: ' b ', ü: '' } });
    const numbers = raw.replace('"client_id":"client"', '"client_id":12.50,"deduplication_key":1e3');
    const { status, body } = await api.call<Calendar>('POST', path, { raw: numbers });
    expect(status).toBe(201);
    const expected = {
      client_id: '12.50',
      deduplication_key: '1e3',
      platform_uuid: 'team@group',
      metadata: { a: ' b ', ü: '' },
    };
    expect(body).toMatchObject(expected);
    expect(await read(body.id)).toMatchObject(expected);
    await api.call('DELETE', `${path}/${body.id}`);
  });

  it('takes each text at its longest, counted in code points', async () => {
    const given = {
      client_id: '😀'.repeat(255),
      platform_uuid: 'ü'.repeat(1024),
      deduplication_key: '😀'.repeat(1024),
    };
    const { id } = await create({ ...given, client_secret: '😀'.repeat(16_384), refresh_token: 'ü'.repeat(16_384) });
    expect(await read(id)).toMatchObject(given);
    await api.call('DELETE', `${path}/${id}`);
  });

  it('syncs it at once', async () => {
    const account = stack.google.addAccount({ email: 'created@example.com' });
    stack.google.addCalendar(account);
    const { id } = await create({
      client_id: account.clientId,
      client_secret: account.clientSecret,
      refresh_token: account.refreshToken,
    });
    await waitUntil(async () => (await read(id)).last_successful_sync_at !== null);
    expect(await read(id)).toMatchObject({ state: 'connected', last_attempted_sync_at: stamped });
  });

  const required = ['This field is required.'];
  it.each([
    ['nothing', undefined],
    ['an empty body', ''],
    ['an empty object', '{}'],
  ])('names every missing field of %s', async (_name, raw) => {
    const { status, body } = await api.call('POST', path, raw === undefined ? {} : { raw });
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
    const { status, body } = await api.call('POST', path, { json });
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
    const { status, body } = await api.call('POST', path, { json: { ...valid, ...extra } });
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
  it.each(texts)('refuses what %s cannot be', async (field) => {
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
      const { status, body } = await api.call('POST', path, { json: { ...valid, [field]: value } });
      expect({ status, body }).toEqual({ status: 400, body: { [field]: [message] } });
    }
  });

  it('takes metadata of a thousand characters and no more', async () => {
    const metadata = { k: `${'ü'.repeat(165)}x` };
    const { id } = await create({ metadata });
    expect((await read(id)).metadata).toEqual(metadata);
    const longer = { ...valid, metadata: { k: `${metadata.k}x` } };
    const { status, body } = await api.call('POST', path, { json: longer });
    expect({ status, body }).toEqual({
      status: 400,
      body: { metadata: ['Metadata must be less than 1000 characters'] },
    });
  });
});

describe('a deduplication key', () => {
  it('is held by one calendar, also when twenty ask for it at once', async () => {
    const json = { ...valid, deduplication_key: 'contended' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('POST', path, { json })));
    const created = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 400);
    expect([created.length, refused.length]).toEqual([1, 19]);
    for (const { body } of refused) expect(body).toEqual({ deduplication_key: [keyTaken] });
  });

  it('is held whatever the platform, free again after the deletion, and another one in another project', async () => {
    const { id } = await create({ deduplication_key: 'reused' });
    const again = { ...valid, platform: 'microsoft', deduplication_key: ' reused ' };
    expect((await api.call('POST', path, { json: again })).body).toEqual({ deduplication_key: [keyTaken] });
    const foreign = await api.call<Calendar>('POST', path, { json: again, apiKey: otherKey });
    expect(foreign.status).toBe(201);

    await api.call('DELETE', `${path}/${id}`);
    const next = await create({ deduplication_key: 'reused' });
    const found = await api.call<{ results: Calendar[] }>('GET', `${path}?deduplication_key=reused`);
    expect(found.body).toEqual({ next: null, previous: null, results: [expect.objectContaining({ id: next.id })] });
    const theirs = await api.call<{ results: Calendar[] }>('GET', `${path}?deduplication_key=reused`, {
      apiKey: otherKey,
    });
    expect(theirs.body.results.map(({ id }) => id)).toEqual([foreign.body.id]);
  });

  it.each(['', '%20', 'unknown', '%00', '%ED%A0%80', 'huge'])('matches nothing as %s', async (key) => {
    const { status, body } = await api.call(
      'GET',
      `${path}?deduplication_key=${key.replace('huge', 'k'.repeat(3000))}`,
    );
    expect({ status, body }).toEqual({ status: 200, body: { next: null, previous: null, results: [] } });
  });
});

describe('changing a calendar', () => {
  it('replaces the metadata whole and changes nothing else', async () => {
    const before = await create({ metadata: { a: '1', b: '2' }, deduplication_key: 'patched', platform_uuid: 'x' });
    const { status, body } = await api.call<Calendar>('PATCH', `${path}/${before.id}`, {
      json: { metadata: { c: '3' } },
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, metadata: { c: '3' }, updated_at: stamped, ...syncTimesOf(body) });
    expect(body.updated_at > before.updated_at).toBe(true);
    expect((await read(before.id)).metadata).toEqual({ c: '3' });
  });

  const syncTimesOf = ({
    state,
    last_attempted_sync_at,
    last_successful_sync_at,
    connection_failure_data,
  }: Calendar) => ({
    // The first sync may have come in between: nobody knows these credentials.
    state,
    last_attempted_sync_at,
    last_successful_sync_at,
    connection_failure_data,
  });

  it('causes a sync every time, even without any change', async () => {
    const account = stack.google.addAccount({ email: 'patched@example.com' });
    stack.google.addCalendar(account);
    const { id } = await create({
      client_id: account.clientId,
      client_secret: account.clientSecret,
      refresh_token: account.refreshToken,
    });
    await waitUntil(async () => (await read(id)).last_successful_sync_at !== null);
    for (const json of [undefined, {}, { metadata: { a: 'b' } }, { refresh_token: account.refreshToken }]) {
      const before = (await read(id)).last_attempted_sync_at;
      const { status } = await api.call('PATCH', `${path}/${id}`, { json });
      expect(status).toBe(200);
      await waitUntil(async () => (await read(id)).last_attempted_sync_at !== before);
    }
  });

  it('uses new credentials, and connects again with good ones alone', async () => {
    const account = stack.google.addAccount({ email: 'cured@example.com' });
    stack.google.addCalendar(account);
    const { id } = await create({ client_id: account.clientId, client_secret: account.clientSecret });
    await waitUntil(async () => (await read(id)).state === 'disconnected');
    expect((await read(id)).connection_failure_data).toMatchObject({
      error: expect.stringMatching(/^Google Authentication error: /),
      timestamp: stamped,
    });
    const { body } = await api.call('PATCH', `${path}/${id}`, { json: { refresh_token: account.refreshToken } });
    expect(body.state).toBe('disconnected');
    await waitUntil(async () => (await read(id)).state === 'connected');
    expect((await read(id)).connection_failure_data).toBeNull();
  });

  it('refuses what cannot change, or is no field', async () => {
    const { id } = await create();
    for (const field of ['platform', 'client_id', 'platform_uuid', 'deduplication_key', 'state', 'id', 'foo']) {
      const { status, body } = await api.call('PATCH', `${path}/${id}`, {
        json: { [field]: 'x', metadata: { a: 'b' } },
      });
      const message = `Unexpected field(s): ${field}. Allowed fields are: ${updatable}`;
      expect({ status, body }).toEqual({ status: 400, body: { non_field_errors: [message] } });
    }
    const bad = { client_secret: '', refresh_token: null, metadata: {}, foo: 1 };
    expect((await api.call('PATCH', `${path}/${id}`, { json: bad })).body).toEqual({
      client_secret: ['This field may not be blank.'],
      refresh_token: ['This field may not be null.'],
      metadata: ['Metadata must have at least one key'],
    });
    expect((await read(id)).metadata).toBeNull();
  });

  it.each([
    { raw: '{' },
    { raw: 'null' },
    { json: { foo: 1 } },
    { raw: 'x', headers: { 'content-type': 'text/plain' } },
  ])('says 404 of an unknown calendar before it looks at the body: %j', async (given) => {
    const { status, body } = await api.call('PATCH', `${path}/cal_0000000000000000`, given);
    expect({ status, body }).toEqual({ status: 404, body: absent });
  });
});

describe('deleting a calendar', () => {
  it('answers nothing, and leaves nothing', async () => {
    const { id } = await create({ deduplication_key: 'deleted' });
    const { status, text } = await api.call('DELETE', `${path}/${id}`);
    expect({ status, text }).toEqual({ status: 200, text: '' });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await api.call(method, `${path}/${id}`);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: absent });
    }
    const { body } = await api.call<{ results: unknown[] }>('GET', `${path}?deduplication_key=deleted`);
    expect(body.results).toEqual([]);
  });

  it('happens once, however many ask for it at once', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.call('DELETE', `${path}/${id}`)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 404, 404, 404, 404]);
  });
});

describe("another project's key", () => {
  it('sees no calendar and changes none', async () => {
    const { id } = await create({ deduplication_key: 'private', metadata: { a: 'b' } });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status, body } = await api.call(method, `${path}/${id}`, { apiKey: otherKey });
      expect({ status, body }).toEqual({ status: 404, body: absent });
    }
    for (const query of ['', '?deduplication_key=private']) {
      const { body } = await api.call<{ results: Calendar[] }>('GET', `${path}${query}`, { apiKey: otherKey });
      expect(body.results.map((calendar) => calendar.id)).not.toContain(id);
    }
    expect(await read(id)).toMatchObject({ id, metadata: { a: 'b' } });
  });
});
