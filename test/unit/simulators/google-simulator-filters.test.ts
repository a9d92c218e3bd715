import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import { connect, eventsPath, type GoogleClient } from '../../support/google-client.ts';

const NOW = Date.parse('2026-11-02T09:00:00Z');
const EMAIL = 'ada@example.com';
const EVENTS = eventsPath(EMAIL);
const SLOT = { start: { date: '2026-11-03' }, end: { date: '2026-11-04' } };

let sim: GoogleSimulator;
let client: GoogleClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startGoogleSimulator({ now: () => now });
  const ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada);
  client = await connect(sim, ada);
  sim.insertEvent(EMAIL, { ...SLOT, id: 'aaaaa', summary: 'Budget review', iCalUID: 'one@example.com' });
  sim.insertEvent(EMAIL, { ...SLOT, id: 'bbbbb', eventType: 'outOfOffice', attendees: [{ email: 'eve@example.com' }] });
  sim.insertEvent(EMAIL, { ...SLOT, id: 'ccccc', extendedProperties: { private: { app: 'kalends' } } });
});

afterEach(() => sim.close());

const ids = async (query: Record<string, string>) =>
  (await client.get(EVENTS, query)).json.items.map((item) => [item.id, item.status].join(' '));

it.each([
  [{ q: 'BUDGET' }, ['aaaaa confirmed']],
  [{ q: 'eve@' }, ['bbbbb confirmed']],
  [{ iCalUID: 'one@example.com' }, ['aaaaa confirmed']],
  [{ eventTypes: 'outOfOffice' }, ['bbbbb confirmed']],
  [{ privateExtendedProperty: 'app=kalends' }, ['ccccc confirmed']],
  [{ sharedExtendedProperty: 'app=kalends' }, []],
])('filters by %o', async (query, expected) => {
  expect(await ids(query as Record<string, string>)).toEqual(expected);
});

it('lists what was updated since updatedMin, deletions included, for about 30 days back', async () => {
  now += 60_000;
  sim.deleteEvent(EMAIL, 'aaaaa');
  sim.patchEvent(EMAIL, 'ccccc', { summary: 'New' });
  const updatedMin = new Date(now).toISOString();
  expect(await ids({ updatedMin })).toEqual(['aaaaa cancelled', 'ccccc confirmed']);
  expect(await ids({})).toEqual(['bbbbb confirmed', 'ccccc confirmed']);
  expect(await ids({ showDeleted: 'true' })).toContain('aaaaa cancelled');
  now += 31 * 86_400_000;
  sim.expireAccessTokens();
  const ada = sim.addAccount({ email: 'late@example.com' });
  sim.addCalendar(ada, { id: EMAIL });
  const late = await (await connect(sim, ada)).get(EVENTS, { updatedMin });
  expect([late.status, late.json.error?.errors?.[0]?.reason]).toEqual([410, 'updatedMinTooLongAgo']);
});

it('lists a changed instance by updatedMin although its series is older', async () => {
  const recurrence = ['RRULE:FREQ=DAILY;COUNT=3'];
  sim.insertEvent(EMAIL, { ...SLOT, id: 'ddddd', recurrence });
  now += 60_000;
  sim.patchEvent(EMAIL, 'ddddd_20261104', { summary: 'Other' });
  const updatedMin = new Date(now).toISOString();
  expect(await ids({ updatedMin, singleEvents: 'true' })).toEqual(['ddddd_20261104 confirmed']);
});

it('turns a single event into a series and back', async () => {
  const query = { singleEvents: 'true' };
  const syncToken = (await client.get(EVENTS, query)).json.nextSyncToken ?? '';
  sim.patchEvent(EMAIL, 'aaaaa', { recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
  const expected = ['aaaaa cancelled', 'aaaaa_20261103 confirmed', 'aaaaa_20261104 confirmed'];
  expect(await ids({ ...query, syncToken })).toEqual(expected);
  sim.patchEvent(EMAIL, 'aaaaa', { recurrence: null });
  expect(await ids({ ...query, syncToken })).toEqual([
    'aaaaa_20261103 cancelled',
    'aaaaa_20261104 cancelled',
    'aaaaa confirmed',
  ]);
});
