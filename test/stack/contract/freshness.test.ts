import { beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const v1 = '/api/v1';
const stack = useStack();
const api = useApiClient(stack);
let user: SimulatedUser;
let id: string;
beforeAll(async () => {
  user = stack.simulate('google');
  user.insert('first', 2);
  id = await stack.connect(user);
  await stack.idle();
});

const absent = 'cal_0000000000000000';
const get = async (path: string) => {
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies are held against the OpenAPI document
  const { status, body } = await api.call<any>('GET', `${v1}${path}`);
  return { status, body };
};

describe('the sync log', () => {
  it('lists runs of every trigger, newest first', async () => {
    user.insert('pushed', 3);
    await stack.idle();
    expect((await api.call('PATCH', `${v1}/calendars/${id}`, { json: { metadata: { a: 'b' } } })).status).toBe(200);
    await stack.idle();
    const manual = await api.call('POST', `${v1}/calendars/${id}/sync`);
    expect({ status: manual.status, body: manual.body }).toEqual({
      status: 202,
      body: { calendar_id: id, status: 'queued' },
    });
    await stack.idle();
    const { status, body } = await get(`/calendars/${id}/syncs`);
    expect(status).toBe(200);
    expect(body.results.map(({ trigger }: { trigger: string }) => trigger)).toEqual([
      'manual',
      'patch',
      'push',
      'create',
    ]);
    expect(body.results.at(-1)).toEqual({
      id: expect.any(String),
      trigger: 'create',
      started_at: expect.stringMatching(/Z$/),
      duration_ms: expect.any(Number),
      // Token, channel, name of the calendar, listing.
      provider_calls: 4,
      events_read: 1,
      created: 1,
      changed: 0,
      deleted: 0,
      skipped: 0,
      drift: 0,
      outcome: 'ok',
      error_code: null,
    });
    expect(body.results[2]).toMatchObject({ provider_calls: 1, created: 1 });
  });

  it('shows the error code of the provider for a failed run', async () => {
    user.fault('delta', 'unavailable');
    await api.call('POST', `${v1}/calendars/${id}/sync`);
    await stack.idle();
    const { body } = await get(`/calendars/${id}/syncs`);
    expect(body.results.slice(0, 2).map(({ outcome }: { outcome: string }) => outcome)).toEqual(['ok', 'retry']);
    expect(body.results[1].error_code).toEqual(expect.any(String));
  });

  it('is 404 for an unknown calendar, as its health is', async () => {
    for (const path of ['syncs', 'health']) {
      expect(await get(`/calendars/${absent}/${path}`)).toEqual({ status: 404, body: { error: 'Calendar not found' } });
    }
    const { status, body } = await api.call('POST', `${v1}/calendars/${absent}/sync`);
    expect({ status, body }).toEqual({ status: 404, body: { error: 'Calendar not found' } });
  });

  it('gets no new run from a request with fields', async () => {
    const { status, body } = await api.call('POST', `${v1}/calendars/${id}/sync`, { json: { now: true } });
    expect({ status, body }).toEqual({
      status: 400,
      body: { non_field_errors: ['Unexpected field(s): now. Allowed fields are: none'] },
    });
  });
});

describe('the health of a calendar', () => {
  it('shows the push status, the channel and how late the last change was', async () => {
    user.insert('measured', 4);
    await stack.idle();
    const { status, body } = await get(`/calendars/${id}/health`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ push_status: 'active', push_status_reason: null, push_provider_code: null });
    expect(Date.parse(body.channel_expires_at)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect(Date.now() - Date.parse(body.last_notification_at)).toBeLessThan(20_000);
    expect(body.last_change_lag_ms).toBeLessThan(20_000);
    expect(Date.parse(body.next_sync_at)).toBeGreaterThan(Date.now());
  });

  it('names the disconnection as the reason when the calendar is disconnected', async () => {
    const other = stack.simulate('microsoft');
    const otherId = await stack.connect(other);
    await stack.idle();
    other.account.revoked = true;
    other.expireAccessTokens();
    await api.call('POST', `${v1}/calendars/${otherId}/sync`);
    await stack.loseAccess(otherId);
    expect((await get(`/calendars/${otherId}`)).body).toMatchObject({
      state: 'disconnected',
      connection_failure_data: { code: 'authorization_revoked', action: expect.stringMatching(/refresh token/) },
    });
    expect((await get(`/calendars/${otherId}/health`)).body).toMatchObject({
      push_status: 'failing',
      push_status_reason: 'disconnected',
    });
  });
});

describe('the change feed', () => {
  const readAll = async (query = '', cursor = '') => {
    // oxlint-disable-next-line typescript/no-explicit-any -- as above
    const results: any[] = [];
    let next = cursor;
    for (let hasMore = true; hasMore; ) {
      const { status, body } = await get(`/calendar_changes?cursor=${next}${query}`);
      expect(status).toBe(200);
      results.push(...body.results);
      [next, hasMore] = [body.next_cursor, body.has_more];
    }
    return { results, next };
  };

  it('lists creation, change and deletion, each with the event at that time', { timeout: 180_000 }, async () => {
    const { next } = await readAll();
    const uuid = user.insert('one', 5);
    await stack.idle();
    user.rename(uuid, 'two');
    user.setLocation(uuid, 'https://meet.google.com/abc-defg-hij');
    await stack.idle();
    user.remove(uuid);
    await stack.idle();
    const { results, next: end } = await readAll('', next);
    expect(results.map(({ type, event }) => [type, event.name, event.is_deleted, event.status])).toEqual([
      ['created', 'one', false, 'confirmed'],
      ['changed', 'two', false, 'confirmed'],
      ['deleted', 'two', true, 'cancelled'],
    ]);
    expect(results.map(({ changed_fields }) => changed_fields)).toEqual([
      [],
      expect.arrayContaining(['name', 'meeting_url', 'meeting_platform', 'raw']),
      ['status', 'is_deleted'],
    ]);
    const { body: event } = await get(`/calendar_events/${results[2].event.id}`);
    expect(results[2].event).toEqual(event);
    expect(new Set(results.map(({ change_id }) => change_id)).size).toBe(3);
    expect(await readAll('', end)).toEqual({ results: [], next: end });
    // From anywhere on it is the same again.
    expect((await readAll('', next)).results).toEqual(results);
    expect((await readAll(`&calendar_id=${id}`)).results.slice(-3)).toEqual(results);
    expect((await readAll(`&calendar_id=${absent}`)).results).toEqual([]);
  });

  it('shows the bots that an event has, also in entries of before', async () => {
    const { next } = await readAll();
    const link = 'https://meet.google.com/abc-defg-hij';
    user.setLocation(user.insert('with a bot', 6), link);
    await stack.idle();
    const entry = (await readAll('', next)).results.find(({ event }) => event.name === 'with a bot');
    expect(entry.event.bots).toEqual([]);
    const json = { calendar_event_id: entry.event.id, bot_name: 'b' };
    const { body: bot } = await api.call('POST', `${v1}/bots`, { json });
    const after = (await readAll('', next)).results.filter(({ event }) => event.id === entry.event.id);
    expect(after.map(({ changed_fields }) => changed_fields).slice(-1)).toEqual([['bots']]);
    expect(after.length).toBeGreaterThan(1);
    expect(after.map(({ event }) => event.bots)).toEqual(after.map(() => [bot]));
  });

  it('starts with the oldest change when no cursor is given', async () => {
    const { body } = await get('/calendar_changes');
    expect(body.results[0]).toMatchObject({ type: 'created', event: { name: 'first' } });
  });

  it('has as many changes on a page as asked for, with the keys that are not excluded', async () => {
    const { results } = await readAll();
    const first = await get('/calendar_changes?limit=2&exclude=raw');
    const second = await get(`/calendar_changes?limit=1&cursor=${first.body.next_cursor}`);
    const ids = (changes: { change_id: string }[]) => changes.map(({ change_id }) => change_id);
    expect(ids([...first.body.results, ...second.body.results])).toEqual(ids(results.slice(0, 3)));
    expect([first.body.has_more, second.body.results[0].event.raw]).toEqual([true, expect.any(Object)]);
    for (const { event } of first.body.results) expect(event).not.toHaveProperty('raw');
  });

  it('refuses forged cursors and those of another filter', async () => {
    const { body } = await get('/calendar_changes');
    const invalid = { status: 404, body: { detail: 'Invalid cursor' } };
    expect(await get('/calendar_changes?cursor=nonsense')).toEqual(invalid);
    expect(await get(`/calendar_changes?calendar_id=${id}&cursor=${body.next_cursor}`)).toEqual(invalid);
    expect(await get(`/calendar_events?cursor=${body.next_cursor}`)).toEqual(invalid);
  });
});

describe('the sync window of a calendar', () => {
  it.each([
    ['28', ['sync_window must be an object with past_days and future_days']],
    [[], ['sync_window must be an object with past_days and future_days']],
    [{}, ['sync_window must have past_days, future_days or both']],
    [{ days: 3 }, ['Unexpected field(s): days. Allowed fields are: future_days, past_days']],
    [{ future_days: 401 }, ['future_days: Ensure this value is less than or equal to 400.']],
    [{ future_days: 0 }, ['future_days: Ensure this value is greater than or equal to 1.']],
    [
      { past_days: -1, future_days: 2.5 },
      ['past_days: Ensure this value is greater than or equal to 0.', 'future_days: A valid integer is required.'],
    ],
    [{ past_days: '1' }, ['past_days: A valid integer is required.']],
  ])('cannot be %j', async (sync_window, reasons) => {
    const { status, body } = await api.call('PATCH', `${v1}/calendars/${id}`, { json: { sync_window } });
    expect({ status, body }).toEqual({ status: 400, body: { sync_window: reasons } });
  });

  it('can reach 400 days ahead', async () => {
    user.insert('next year', 24 * 390);
    const json = { sync_window: { future_days: 400 } };
    const { status, body } = await api.call('PATCH', `${v1}/calendars/${id}`, { json });
    expect([status, body.sync_window]).toEqual([200, { future_days: 400 }]);
    await stack.idle();
    expect((await stack.events(id)).map(({ name }) => name)).toContain('next year');
  });
});
