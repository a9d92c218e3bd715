import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsPath } from '../../support/google-client.ts';
import { at, EMAIL, type GoogleMailbox, many, NOW, reason, startGoogleMailbox } from '../../support/google-mailbox.ts';

const EVENTS = eventsPath(EMAIL);

let sim: GoogleMailbox['sim'];
let ada: GoogleMailbox['ada'];
let client: GoogleMailbox['client'];
let now: number;

beforeEach(async () => {
  now = NOW;
  ({ sim, ada, client } = await startGoogleMailbox(() => now));
});

afterEach(() => sim.close());

const syncToken = async (query: Record<string, string> = {}) =>
  (await client.get(EVENTS, query)).json.nextSyncToken ?? '';

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
