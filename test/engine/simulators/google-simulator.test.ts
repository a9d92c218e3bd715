import { get as httpGet, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, eventsPath, type GoogleClient, refresh } from './google-client.ts';

const NOW = Date.parse('2026-11-02T09:00:00Z');
const EMAIL = 'ada@example.com';
const EVENTS = eventsPath(EMAIL);

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startGoogleSimulator({ now: () => now });
  ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin', summary: 'Ada' });
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

const at = (day: number, hour = 10) => {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const clock = (value: number) => ({ dateTime: `${date}T${String(value).padStart(2, '0')}:00:00Z` });
  return { start: clock(hour), end: clock(hour + 1) };
};
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...at(3), summary: `Event ${index}` }));
const reason = (answer: Awaited<ReturnType<GoogleClient['get']>>) => answer.json.error?.errors?.[0]?.reason;
const syncToken = async (query: Record<string, string> = {}) =>
  (await client.get(EVENTS, query)).json.nextSyncToken ?? '';

describe('token endpoint', () => {
  it('answers a refresh with an access token of almost an hour that ends with it', async () => {
    const { status, json } = await refresh(sim, ada);
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3599,
      scope: ada.scopes.join(' '),
      token_type: 'Bearer',
    });
    now += 3_598_000;
    expect((await client.get(EVENTS)).status).toBe(200);
    now += 2_000;
    const late = await client.get(EVENTS);
    expect([late.status, reason(late)]).toEqual([401, 'authError']);
  });

  it.each([
    ['revoked', 400, 'invalid_grant'],
    ['disabled', 400, 'invalid_grant'],
    ['blockedByAdmin', 400, 'admin_policy_enforced'],
  ] as const)('refuses a grant that is %s', async (flag, status, error) => {
    ada[flag] = true;
    const answer = await refresh(sim, ada);
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'unknown' }, 401, 'invalid_client'],
    [{ refresh_token: 'unknown' }, 400, 'invalid_grant'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %o', async (overrides, status, error) => {
    const answer = await refresh(sim, ada, overrides);
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  it('kills access tokens with the grant and by switch', async () => {
    ada.revoked = true;
    expect((await client.get(EVENTS)).status).toBe(401);
    ada.revoked = false;
    expect((await client.get(EVENTS)).status).toBe(200);
    sim.expireAccessTokens(ada);
    expect((await client.get(EVENTS)).status).toBe(401);
  });

  it('says which scope is missing when the user did not grant the calendar', async () => {
    ada.scopes = ['openid'];
    const answer = await client.get(EVENTS);
    expect(answer.status).toBe(403);
    expect(reason(answer)).toBe('insufficientPermissions');
    expect(answer.text).toContain('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
    expect((await refresh(sim, ada)).json.scope).toBe('openid');
  });
});

describe('event listing', () => {
  it('pages by 250 unless asked otherwise, at most 2500, with the sync token on the last page only', async () => {
    sim.insertMany(EMAIL, many(2501));
    const first = await client.get(EVENTS);
    expect(first.json.items).toHaveLength(250);
    expect(first.json.nextSyncToken).toBeUndefined();
    const capped = await client.get(EVENTS, { maxResults: '9999' });
    expect(capped.json.items).toHaveLength(2500);
    const rest = await client.get(EVENTS, { maxResults: '9999', pageToken: capped.json.nextPageToken ?? '' });
    expect(rest.json.items).toHaveLength(1);
    expect(rest.json.nextPageToken).toBeUndefined();
    expect(rest.json.nextSyncToken).toEqual(expect.any(String));
    expect(sim.requests.map((request) => [request.kind, request.page])).toEqual([
      ['token', 1],
      ['list', 1],
      ['list', 1],
      ['list', 2],
    ]);
  });

  it('can put empty pages before every page', async () => {
    sim.insertMany(EMAIL, many(3));
    sim.switches.emptyPages = 2;
    const { items } = await client.list(EMAIL, { maxResults: '2' });
    expect(items).toHaveLength(3);
    expect(sim.count('list')).toBe(6);
  });

  it('keeps a listing frozen while it is paged, and delivers what changed meanwhile afterwards', async () => {
    const [first = ''] = sim.insertMany(EMAIL, many(4));
    const page = await client.get(EVENTS, { maxResults: '2' });
    sim.deleteEvent(EMAIL, first);
    sim.insertEvent(EMAIL, { ...at(4), id: 'later0' });
    const last = await client.get(EVENTS, { maxResults: '2', pageToken: page.json.nextPageToken ?? '' });
    expect(last.json.items.map((item) => item.summary)).toEqual(['Event 2', 'Event 3']);
    const delta = await client.get(EVENTS, { syncToken: last.json.nextSyncToken ?? '' });
    expect(delta.json.items.map((item) => item.id)).toEqual([first, 'later0']);
  });

  it('takes both window bounds as exclusive, timeMin on the end and timeMax on the start', async () => {
    for (const day of [3, 4, 5]) sim.insertEvent(EMAIL, { ...at(day), id: `dab00${day}` });
    const ids = async (timeMin: string, timeMax: string) =>
      (await client.get(EVENTS, { timeMin, timeMax })).json.items.map((item) => item.id);
    expect(await ids('2026-11-03T11:00:00Z', '2026-11-05T10:00:00Z')).toEqual(['dab004']);
    expect(await ids('2026-11-03T11:59:59+01:00', '2026-11-05T11:00:01+01:00')).toEqual(['dab003', 'dab004', 'dab005']);
  });

  it.each([
    [{ timeMin: '2026-11-03T11:00:00' }, 'badRequest'],
    [{ timeMax: '2026-11-03' }, 'badRequest'],
    [{ timeMin: '2026-11-05T00:00:00Z', timeMax: '2026-11-04T00:00:00Z' }, 'timeRangeEmpty'],
    [{ orderBy: 'startTime' }, 'badRequest'],
    [{ orderBy: 'name' }, 'invalid'],
    [{ maxResults: '0' }, 'badRequest'],
    [{ singleEvents: 'yes' }, 'invalidParameter'],
    [{ timeZone: 'Mars/Olympus' }, 'invalid'],
    [{ eventTypes: 'party' }, 'badRequest'],
    [{ pageToken: 'forged' }, 'invalid'],
    [{ syncToken: 'forged' }, 'invalid'],
    [{ singleEvent: 'true' }, 'unknownParameter'],
    [{ fields: 'items(id' }, 'invalidParameter'],
    [{ fields: 'items,nextSyncTokn' }, 'invalidParameter'],
  ])('refuses %o with 400', async (query, expected) => {
    const answer = await client.get(EVENTS, query);
    expect([answer.status, reason(answer)]).toEqual([400, expected]);
    expect(answer.json.error?.code).toBe(400);
  });

  it('gives no sync token for an ordered listing', async () => {
    const answer = await client.get(EVENTS, { orderBy: 'updated' });
    expect(answer.json.nextSyncToken).toBeUndefined();
    expect(answer.json.nextPageToken).toBeUndefined();
  });

  it('drops the sync token when the fields mask does not name it', async () => {
    sim.insertEvent(EMAIL, { ...at(3), summary: 'Secret', id: 'masked' });
    const { json } = await client.get(EVENTS, { fields: 'items(id,start/dateTime),timeZone' });
    expect(json).toEqual({
      timeZone: 'Europe/Berlin',
      items: [{ id: 'masked', start: { dateTime: '2026-11-03T11:00:00+01:00' } }],
    });
    const named = await client.get(EVENTS, { fields: 'nextPageToken,nextSyncToken,items(id)' });
    expect(named.json.nextSyncToken).toEqual(expect.any(String));
  });

  it('compresses only for a client that names gzip in its User-Agent too', async () => {
    const { json } = await refresh(sim, ada);
    const fetchRaw = async (agent: string) => {
      const headers = {
        authorization: `Bearer ${json.access_token}`,
        'accept-encoding': 'gzip',
        'user-agent': agent,
      };
      const answer = await new Promise<IncomingMessage>((resolve) => {
        httpGet(`${sim.url}${EVENTS}`, { headers }, resolve);
      });
      return { encoding: answer.headers['content-encoding'], body: await buffer(answer) };
    };
    const plain = await fetchRaw('kalends');
    const packed = await fetchRaw('kalends (gzip)');
    expect(plain.encoding).toBeUndefined();
    expect(packed.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(packed.body).toString())).toMatchObject({ kind: 'calendar#events' });
  });

  it('answers 404 for a calendar the account does not have and 401 without a token', async () => {
    const missing = await client.get(eventsPath('nobody@example.com'));
    expect([missing.status, reason(missing)]).toEqual([404, 'notFound']);
    expect((await fetch(`${sim.url}${EVENTS}`)).status).toBe(401);
    expect((await client.get(eventsPath('primary'))).status).toBe(200);
    expect(sim.requests.at(-1)?.calendarId).toBe(EMAIL);
  });

  it('hides the details of private events from readers, and all details from free/busy readers', async () => {
    const bob = sim.addAccount({ email: 'bob@example.com' });
    sim.addCalendar(bob, { id: EMAIL, accessRole: 'reader' });
    sim.insertEvent(EMAIL, { ...at(3), summary: 'Doctor', location: 'Room 1', visibility: 'private' });
    sim.insertEvent(EMAIL, { ...at(4), summary: 'Lunch' });
    const reader = await connect(sim, bob);
    const [secret, open] = (await reader.get(EVENTS)).json.items;
    expect(secret).toMatchObject({ visibility: 'private', start: expect.anything() });
    for (const field of ['summary', 'location', 'attendees', 'description']) expect(secret).not.toHaveProperty(field);
    expect(open?.summary).toBe('Lunch');
    sim.setAccessRole(bob, EMAIL, 'freeBusyReader');
    expect((await reader.get(EVENTS)).json.items.some((item) => 'summary' in item)).toBe(false);
    expect((await client.get(EVENTS)).json.items[0]?.summary).toBe('Doctor');
  });

  it('returns only the asking participant when maxAttendees is exceeded', async () => {
    const attendees = ['bob@example.com', EMAIL, 'eve@example.com'].map((email) => ({ email }));
    sim.insertEvent(EMAIL, { ...at(3), attendees });
    const [cut] = (await client.get(EVENTS, { maxAttendees: '2' })).json.items;
    expect(cut?.attendees).toEqual([{ email: EMAIL, self: true }]);
    expect(cut?.attendeesOmitted).toBe(true);
    expect((await client.get(EVENTS, { maxAttendees: '3' })).json.items[0]?.attendees).toHaveLength(3);
  });

  it('inserts and lists 20,000 events quickly', async () => {
    const started = performance.now();
    sim.insertMany(EMAIL, many(20_000));
    const { items } = await client.list(EMAIL, { maxResults: '2500', singleEvents: 'true' });
    expect(items).toHaveLength(20_000);
    expect(sim.count('list')).toBe(8);
    expect(performance.now() - started).toBeLessThan(8000);
  });
});

describe('sync tokens', () => {
  it.each([
    'iCalUID=x',
    'orderBy=updated',
    'privateExtendedProperty=a=b',
    'q=x',
    'sharedExtendedProperty=a=b',
    'timeMin=2026-11-01T00:00:00Z',
    'timeMax=2026-11-01T00:00:00Z',
    'updatedMin=2026-11-01T00:00:00Z',
    'showDeleted=false',
  ])('refuses to be combined with %s', async (parameter) => {
    const [name = '', ...value] = parameter.split('=');
    const answer = await client.get(EVENTS, { syncToken: await syncToken(), [name]: value.join('=') });
    expect([answer.status, reason(answer)]).toEqual([400, 'invalid']);
  });

  it('belong to one calendar and one shape of query, in every page', async () => {
    const other = sim.addCalendar(ada, { id: 'team@group.calendar.google.com' });
    const token = await syncToken({ singleEvents: 'true', timeMin: '2026-11-01T00:00:00Z' });
    expect((await client.get(eventsPath(other), { syncToken: token, singleEvents: 'true' })).status).toBe(400);
    expect((await client.get(EVENTS, { syncToken: token })).status).toBe(400);
    expect((await client.get(EVENTS, { syncToken: token, singleEvents: 'true', showDeleted: 'true' })).status).toBe(
      200,
    );
    sim.insertMany(EMAIL, many(3));
    const query = { syncToken: token, singleEvents: 'true', maxResults: '2' };
    const pageToken = (await client.get(EVENTS, query)).json.nextPageToken ?? '';
    expect((await client.get(EVENTS, { singleEvents: 'true', maxResults: '2', pageToken })).status).toBe(400);
    expect((await client.get(EVENTS, { ...query, pageToken })).json.items).toHaveLength(1);
  });

  it('answer 410 once expired, with and without a reason, and after a change of access', async () => {
    const expired = async () => {
      const token = await syncToken();
      sim.expireSyncTokens(EMAIL);
      return client.get(EVENTS, { syncToken: token });
    };
    const withReason = await expired();
    expect([withReason.status, reason(withReason)]).toEqual([410, 'fullSyncRequired']);
    sim.switches.goneWithoutReason = true;
    const bare = await expired();
    expect([bare.status, bare.json.error?.errors]).toEqual([410, undefined]);
    const token = await syncToken();
    sim.setAccessRole(ada, EMAIL, 'reader');
    expect((await client.get(EVENTS, { syncToken: token })).status).toBe(410);
  });

  it('deliver each touched event once, by last change, deletions as bare tombstones', async () => {
    const [a = '', b = '', c = ''] = sim.insertMany(EMAIL, many(3));
    const token = await syncToken();
    sim.patchEvent(EMAIL, a, { summary: 'one' });
    sim.deleteEvent(EMAIL, b);
    sim.patchEvent(EMAIL, c, { summary: 'three' });
    sim.patchEvent(EMAIL, a, { summary: 'two' });
    const { json } = await client.get(EVENTS, { syncToken: token });
    expect(json.items.map((item) => item.id)).toEqual([b, c, a]);
    expect(json.items[0]).toEqual({ id: b, status: 'cancelled' });
    expect(json.items[2]?.summary).toBe('two');
    const again = await client.get(EVENTS, { syncToken: json.nextSyncToken ?? '' });
    expect(again.json.items).toEqual([]);
    sim.switches.fullTombstones = true;
    const full = await client.get(EVENTS, { syncToken: token });
    expect(full.json.items[0]).toMatchObject({ id: b, status: 'cancelled', summary: 'Event 1' });
  });

  it('show a touched event again without moving updated', async () => {
    const id = sim.insertEvent(EMAIL, at(3));
    const { json } = await client.get(EVENTS);
    now += 60_000;
    sim.touch(EMAIL, id);
    const delta = await client.get(EVENTS, { syncToken: json.nextSyncToken ?? '' });
    const { etag: before, ...content } = json.items[0] ?? {};
    const { etag: after, ...same } = delta.json.items[0] ?? {};
    expect(same).toEqual(content);
    expect(after).not.toBe(before);
  });
});
