import { get as httpGet, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, eventsPath, refresh } from '../../support/google-client.ts';
import { at, EMAIL, type GoogleMailbox, many, NOW, reason, startGoogleMailbox } from '../../support/google-mailbox.ts';

const EVENTS = eventsPath(EMAIL);

let sim: GoogleMailbox['sim'];
let ada: GoogleMailbox['ada'];
let client: GoogleMailbox['client'];

beforeEach(async () => {
  ({ sim, ada, client } = await startGoogleMailbox(() => NOW));
});

afterEach(() => sim.close());

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
});
