import { describe, expect, it } from 'vitest';
import {
  calendarsPath,
  type ShownCalendar,
  timeToMicrosecond,
  useCalendarApi,
  validCalendar,
} from '../../support/calendar-api.ts';
import { waitUntil } from '../../support/wait-until.ts';

const updatable = 'client_secret, metadata, refresh_token, sync_window';
const keyTaken = 'A calendar with this deduplication key already exists in this project.';
const absent = { error: 'Calendar not found' };

const { stack, api, other, create, read } = useCalendarApi();

describe('the deduplication key of a calendar', () => {
  it('is taken by one calendar of twenty created at once', async () => {
    const json = { ...validCalendar, deduplication_key: 'contended' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('POST', calendarsPath, { json })));
    const created = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 400);
    expect([created.length, refused.length]).toEqual([1, 19]);
    for (const { body } of refused) expect(body).toEqual({ deduplication_key: [keyTaken] });
  });

  it('is unique across platforms within a project, and free again after the deletion', async () => {
    const { id } = await create({ deduplication_key: 'reused' });
    const again = { ...validCalendar, platform: 'microsoft', deduplication_key: ' reused ' };
    expect((await api.call('POST', calendarsPath, { json: again })).body).toEqual({ deduplication_key: [keyTaken] });
    const foreign = await api.call<ShownCalendar>('POST', calendarsPath, { json: again, apiKey: other.apiKey });
    expect(foreign.status).toBe(201);

    await api.call('DELETE', `${calendarsPath}/${id}`);
    const next = await create({ deduplication_key: 'reused' });
    const found = await api.call<{ results: ShownCalendar[] }>('GET', `${calendarsPath}?deduplication_key=reused`);
    expect(found.body).toEqual({ next: null, previous: null, results: [expect.objectContaining({ id: next.id })] });
    const theirs = await api.call<{ results: ShownCalendar[] }>('GET', `${calendarsPath}?deduplication_key=reused`, {
      apiKey: other.apiKey,
    });
    expect(theirs.body.results.map(({ id }) => id)).toEqual([foreign.body.id]);
  });

  it.each(['', '%20', 'unknown', '%00', '%ED%A0%80', 'huge'])('matches no calendar as %s', async (key) => {
    const { status, body } = await api.call(
      'GET',
      `${calendarsPath}?deduplication_key=${key.replace('huge', 'k'.repeat(3000))}`,
    );
    expect({ status, body }).toEqual({ status: 200, body: { next: null, previous: null, results: [] } });
  });
});

describe('changing a calendar', () => {
  it('replaces the whole metadata and changes nothing else', async () => {
    const before = await create({ metadata: { a: '1', b: '2' }, deduplication_key: 'patched', platform_uuid: 'x' });
    const { status, body } = await api.call<ShownCalendar>('PATCH', `${calendarsPath}/${before.id}`, {
      json: { metadata: { c: '3' } },
    });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, metadata: { c: '3' }, updated_at: timeToMicrosecond, ...syncTimesOf(body) });
    expect(body.updated_at > before.updated_at).toBe(true);
    expect((await read(before.id)).metadata).toEqual({ c: '3' });
  });

  const syncTimesOf = ({
    state,
    last_attempted_sync_at,
    last_successful_sync_at,
    connection_failure_data,
  }: ShownCalendar) => ({
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
      const { status } = await api.call('PATCH', `${calendarsPath}/${id}`, { json });
      expect(status).toBe(200);
      await waitUntil(async () => (await read(id)).last_attempted_sync_at !== before);
    }
  });

  it('uses new credentials, and connects the calendar again once they work', async () => {
    const account = stack.google.addAccount({ email: 'cured@example.com' });
    stack.google.addCalendar(account);
    const { id } = await create({ client_id: account.clientId, client_secret: account.clientSecret });
    await waitUntil(async () => (await read(id)).state === 'disconnected');
    expect((await read(id)).connection_failure_data).toMatchObject({
      error: expect.stringMatching(/^Google Authentication error: /),
      timestamp: timeToMicrosecond,
    });
    const { body } = await api.call('PATCH', `${calendarsPath}/${id}`, {
      json: { refresh_token: account.refreshToken },
    });
    expect(body.state).toBe('disconnected');
    await waitUntil(async () => (await read(id)).state === 'connected');
    expect((await read(id)).connection_failure_data).toBeNull();
  });

  it('refuses fixed and unknown fields', async () => {
    const { id } = await create();
    for (const field of ['platform', 'client_id', 'platform_uuid', 'deduplication_key', 'state', 'id', 'foo']) {
      const { status, body } = await api.call('PATCH', `${calendarsPath}/${id}`, {
        json: { [field]: 'x', metadata: { a: 'b' } },
      });
      const message = `Unexpected field(s): ${field}. Allowed fields are: ${updatable}`;
      expect({ status, body }).toEqual({ status: 400, body: { non_field_errors: [message] } });
    }
    const bad = { client_secret: '', refresh_token: null, metadata: {}, foo: 1 };
    expect((await api.call('PATCH', `${calendarsPath}/${id}`, { json: bad })).body).toEqual({
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
  ])('answers 404 for an unknown calendar before it checks the body: %j', async (given) => {
    const { status, body } = await api.call('PATCH', `${calendarsPath}/cal_0000000000000000`, given);
    expect({ status, body }).toEqual({ status: 404, body: absent });
  });
});

describe('deleting a calendar', () => {
  it('answers with an empty body and removes the calendar', async () => {
    const { id } = await create({ deduplication_key: 'deleted' });
    const { status, text } = await api.call('DELETE', `${calendarsPath}/${id}`);
    expect({ status, text }).toEqual({ status: 200, text: '' });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await api.call(method, `${calendarsPath}/${id}`);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 404, body: absent });
    }
    const { body } = await api.call<{ results: unknown[] }>('GET', `${calendarsPath}?deduplication_key=deleted`);
    expect(body.results).toEqual([]);
  });

  it('succeeds once when it is requested five times at once', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.call('DELETE', `${calendarsPath}/${id}`)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 404, 404, 404, 404]);
  });
});

describe('the API key of another project', () => {
  it('neither shows nor changes a calendar of this project', async () => {
    const { id } = await create({ deduplication_key: 'private', metadata: { a: 'b' } });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status, body } = await api.call(method, `${calendarsPath}/${id}`, { apiKey: other.apiKey });
      expect({ status, body }).toEqual({ status: 404, body: absent });
    }
    for (const query of ['', '?deduplication_key=private']) {
      const { body } = await api.call<{ results: ShownCalendar[] }>('GET', `${calendarsPath}${query}`, {
        apiKey: other.apiKey,
      });
      expect(body.results.map((calendar) => calendar.id)).not.toContain(id);
    }
    expect(await read(id)).toMatchObject({ id, metadata: { a: 'b' } });
  });
});
