import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import type { GoogleAccount } from '../../../local/simulators/google/simulator-state.ts';
import { connect, type GoogleClient } from '../../support/google-client.ts';

const LIST = '/calendar/v3/users/me/calendarList';
const TEAM = 'team@group.calendar.google.com';

let sim: GoogleSimulator;
let ada: GoogleAccount;
let client: GoogleClient;

beforeEach(async () => {
  sim = await startGoogleSimulator();
  ada = sim.addAccount({ email: 'ada@example.com' });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin' });
  sim.addCalendar(ada, { id: TEAM, accessRole: 'reader', summary: 'Team' });
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

it('lists calendars page by page and names the primary one after the account', async () => {
  const first = await client.get(LIST, { maxResults: '1' });
  expect(first.json.items).toMatchObject([{ id: 'ada@example.com', primary: true, accessRole: 'owner' }]);
  const second = await client.get(LIST, { maxResults: '1', pageToken: first.json.nextPageToken ?? '' });
  expect(second.json.items).toMatchObject([{ id: TEAM, accessRole: 'reader', summary: 'Team' }]);
  expect(second.json.nextSyncToken).toEqual(expect.any(String));
  expect((await client.get(LIST, { minAccessRole: 'writer' })).json.items).toHaveLength(1);
});

it('answers calendar list deltas, with lost calendars as deleted', async () => {
  const syncToken = (await client.get(LIST)).json.nextSyncToken ?? '';
  expect((await client.get(LIST, { syncToken })).json.items).toEqual([]);
  sim.removeCalendar(ada, TEAM);
  expect((await client.get(LIST, { syncToken })).json.items).toMatchObject([{ id: TEAM, deleted: true }]);
  expect((await client.get(LIST)).json.items).toHaveLength(1);
  expect((await client.get(LIST, { syncToken, minAccessRole: 'reader' })).status).toBe(400);
  expect((await client.get(LIST, { syncToken: 'forged' })).status).toBe(400);
});

it('reads one calendar by id or alias and answers 404 once it is lost', async () => {
  const primary = await client.get('/calendar/v3/calendars/primary');
  expect(primary.json).toMatchObject({ id: 'ada@example.com', timeZone: 'Europe/Berlin' });
  expect((await client.get(`${LIST}/${TEAM}`)).json.accessRole).toBe('reader');
  sim.removeCalendar(ada, TEAM);
  expect((await client.get(`/calendar/v3/calendars/${TEAM}`)).status).toBe(404);
  expect((await client.get(`/calendar/v3/calendars/${TEAM}/events`)).status).toBe(404);
  expect((await client.get('/calendar/v3/colors')).status).toBe(404);
});
