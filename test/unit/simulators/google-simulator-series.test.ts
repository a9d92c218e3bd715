import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GoogleEvent } from '../../../local/simulators/google/google-event.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../../../local/simulators/google/google-simulator.ts';
import { connect, eventsPath, type GoogleClient } from '../../support/google-client.ts';

const NOW = Date.parse('2026-10-20T09:00:00Z');
const EMAIL = 'ada@example.com';
const EVENTS = eventsPath(EMAIL);
const EXPANDED = { singleEvents: 'true', maxResults: '2500' };

let sim: GoogleSimulator;
let client: GoogleClient;
let now: number;

beforeEach(async () => {
  now = NOW;
  sim = await startGoogleSimulator({ now: () => now });
  const ada = sim.addAccount({ email: EMAIL });
  sim.addCalendar(ada, { timeZone: 'Europe/Berlin' });
  client = await connect(sim, ada);
});

afterEach(() => sim.close());

const local = (date: string, hour = '09:00', timeZone = 'Europe/Berlin') => ({
  dateTime: `${date}T${hour}:00`,
  timeZone,
});
const series = (rule: string, date = '2026-10-21', id = 'weekly') => ({
  id: id.replaceAll(/[wxyz]/g, 'v'),
  summary: 'Stand-up',
  start: local(date),
  end: local(date, '09:30'),
  recurrence: [`RRULE:${rule}`],
});
const starts = (items: GoogleEvent[]) => items.map((item) => item.start?.dateTime ?? item.start?.date);
const dates = (items: GoogleEvent[]) => starts(items).map((start) => start?.slice(0, 10));
const expand = async (query: Record<string, string> = {}) =>
  (await client.list(EMAIL, { ...EXPANDED, ...query })).items;
const token = async (query: Record<string, string> = EXPANDED) =>
  (await client.get(EVENTS, query)).json.nextSyncToken ?? '';
const delta = async (syncToken: string, query: Record<string, string> = EXPANDED) =>
  (await client.list(EMAIL, { ...query, syncToken })).items;

describe('expansion', () => {
  it('keeps the local time across the end of summer time and names instances by their UTC start', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=2'));
    const items = await expand();
    expect(starts(items)).toEqual(['2026-10-21T09:00:00+02:00', '2026-10-28T09:00:00+01:00']);
    expect(items.map((item) => item.id)).toEqual(['veeklv_20261021T070000Z', 'veeklv_20261028T080000Z']);
    expect(items[1]).toMatchObject({
      recurringEventId: 'veeklv',
      originalStartTime: { dateTime: '2026-10-28T09:00:00+01:00', timeZone: 'Europe/Berlin' },
      iCalUID: 'veeklv@google.com',
    });
    expect(items[1]).not.toHaveProperty('recurrence');
  });

  it('follows the zone of the master, not that of the calendar, and renders in the zone asked for', async () => {
    const start = local('2026-10-28', '09:00', 'America/New_York');
    const end = local('2026-10-28', '10:00', 'America/New_York');
    sim.insertEvent(EMAIL, { start, end, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] });
    expect(starts(await expand())).toEqual(['2026-10-28T14:00:00+01:00', '2026-11-04T15:00:00+01:00']);
    expect(starts(await expand({ timeZone: 'UTC' }))).toEqual(['2026-10-28T13:00:00Z', '2026-11-04T14:00:00Z']);
  });

  it('moves a time that a transition skips forward and takes the first pass of a repeated one', async () => {
    const at = (date: string) => ({ start: local(date, '02:30'), end: local(date, '02:45') });
    sim.insertEvent(EMAIL, { ...at('2027-03-27'), recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] });
    sim.insertEvent(EMAIL, at('2026-10-25'));
    expect(starts(await expand())).toEqual([
      '2027-03-27T02:30:00+01:00',
      '2027-03-28T03:30:00+02:00',
      '2027-03-29T02:30:00+02:00',
      '2026-10-25T02:30:00+02:00',
    ]);
  });

  it.each([
    ['FREQ=DAILY;INTERVAL=2;COUNT=3', ['2026-10-21', '2026-10-23', '2026-10-25']],
    ['FREQ=DAILY;UNTIL=20261022T070000Z', ['2026-10-21', '2026-10-22']],
    ['FREQ=DAILY;UNTIL=20261022T065959Z', ['2026-10-21']],
    ['FREQ=WEEKLY;BYDAY=WE,MO;COUNT=4', ['2026-10-21', '2026-10-26', '2026-10-28', '2026-11-02']],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR;COUNT=3', ['2026-10-21', '2026-10-23', '2026-11-04']],
    ['FREQ=MONTHLY;COUNT=3', ['2026-10-21', '2026-11-21', '2026-12-21']],
    ['FREQ=MONTHLY;BYDAY=3WE;COUNT=3', ['2026-10-21', '2026-11-18', '2026-12-16']],
    ['FREQ=MONTHLY;BYDAY=-1WE;COUNT=3', ['2026-10-21', '2026-10-28', '2026-11-25']],
    ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3', ['2026-10-21', '2026-10-31', '2026-12-31']],
    ['FREQ=YEARLY;COUNT=2', ['2026-10-21', '2027-10-21']],
  ])('reads %s', async (rule, expected) => {
    sim.insertEvent(EMAIL, series(rule));
    expect(dates(await expand())).toEqual(expected);
  });

  it('leaves out EXDATEs and refuses rules it would expand wrongly', async () => {
    const exdate = 'EXDATE;TZID=Europe/Berlin:20261022T090000';
    sim.insertEvent(EMAIL, { ...series(''), recurrence: ['RRULE:FREQ=DAILY;COUNT=3', exdate] });
    expect(dates(await expand())).toEqual(['2026-10-21', '2026-10-23']);
    for (const rule of ['FREQ=HOURLY', 'FREQ=DAILY;BYSETPOS=1', 'FREQ=DAILY;COUNT=0', 'FREQ=DAILY;BYDAY=XX']) {
      expect(() => sim.insertEvent(EMAIL, series(rule, '2026-10-21', 'bad00'))).toThrow(Error);
    }
  });

  it('takes all-day series in the zone of the calendar, with date ids', async () => {
    const recurrence = ['RRULE:FREQ=DAILY;COUNT=3'];
    sim.insertEvent(EMAIL, { id: 'allda', start: { date: '2026-10-24' }, end: { date: '2026-10-26' }, recurrence });
    const items = await expand();
    expect(items.map((item) => [item.id, item.end?.date])).toEqual([
      ['allda_20261024', '2026-10-26'],
      ['allda_20261025', '2026-10-27'],
      ['allda_20261026', '2026-10-28'],
    ]);
    // The last one ends at midnight in Berlin, an hour before midnight UTC.
    const timeMax = '2026-11-30T00:00:00Z';
    expect(await expand({ timeMin: '2026-10-27T22:59:59Z', timeMax })).toHaveLength(1);
    expect(await expand({ timeMin: '2026-10-27T23:00:00Z', timeMax })).toHaveLength(0);
    sim.patchCalendar(EMAIL, { timeZone: 'America/New_York' });
    expect(await expand({ timeMin: '2026-10-28T03:00:00Z', timeMax })).toHaveLength(1);
    expect((await expand()).map((item) => item.end?.date)).toEqual(['2026-10-26', '2026-10-27', '2026-10-28']);
  });
});

describe('instances that differ', () => {
  const first = 'veeklv_20261021T070000Z';

  it('keep id and originalStartTime when moved, and are listed where they happen now', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=2'));
    sim.moveInstance(EMAIL, first, { start: local('2026-12-01'), end: local('2026-12-01', '10:00') });
    const window = { timeMin: '2026-11-30T00:00:00Z', timeMax: '2026-12-02T00:00:00Z' };
    const [moved] = await expand(window);
    expect(moved).toMatchObject({
      id: first,
      start: { dateTime: '2026-12-01T09:00:00+01:00' },
      originalStartTime: { dateTime: '2026-10-21T09:00:00+02:00' },
    });
    expect(sim.truth(EMAIL, { from: window.timeMin, to: window.timeMax })).toEqual([moved]);
    expect(await expand({ timeMin: '2026-10-20T00:00:00Z', timeMax: '2026-10-22T00:00:00Z' })).toEqual([]);
  });

  it('override what was changed and inherit the rest from their series', async () => {
    sim.insertEvent(EMAIL, { ...series('FREQ=WEEKLY;COUNT=2'), location: 'Room 1' });
    sim.patchEvent(EMAIL, first, { summary: 'Retro', location: null });
    sim.patchEvent(EMAIL, 'veeklv', { description: 'All of us', location: 'Room 2' });
    const [changed, other] = await expand();
    expect(changed).toMatchObject({ summary: 'Retro', description: 'All of us' });
    expect(changed).not.toHaveProperty('location');
    expect(other).toMatchObject({ summary: 'Stand-up', location: 'Room 2' });
  });

  it('show as masters, exceptions and documented tombstones when not expanded', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=3'));
    sim.deleteInstance(EMAIL, first);
    sim.patchEvent(EMAIL, 'veeklv_20261028T080000Z', { summary: 'Retro' });
    const { items } = await client.list(EMAIL, {});
    expect(items.map((item) => [item.id, item.status])).toEqual([
      ['veeklv', 'confirmed'],
      [first, 'cancelled'],
      ['veeklv_20261028T080000Z', 'confirmed'],
    ]);
    expect(items[0]?.recurrence).toEqual(['RRULE:FREQ=WEEKLY;COUNT=3']);
    expect(items[1]).toMatchObject({ recurringEventId: 'veeklv', originalStartTime: expect.anything() });
    expect(await expand()).toHaveLength(2);
    expect(await expand({ showDeleted: 'true' })).toHaveLength(3);
  });

  it('are found by events.get and events.instances', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=5'));
    sim.deleteInstance(EMAIL, first);
    expect((await client.get(`${EVENTS}/${first}`)).json).toMatchObject({ id: first, status: 'cancelled' });
    expect((await client.get(`${EVENTS}/veeklv`)).json.recurrence).toHaveLength(1);
    expect((await client.get(`${EVENTS}/veeklv_20261028T080000Z`)).json.recurringEventId).toBe('veeklv');
    expect((await client.get(`${EVENTS}/veeklv_20261029T080000Z`)).status).toBe(404);
    expect((await client.get(`${EVENTS}/missing`)).status).toBe(404);
    const page = await client.get(`${EVENTS}/veeklv/instances`, { maxResults: '3' });
    expect(page.json.items).toHaveLength(3);
    const query = { maxResults: '3', pageToken: page.json.nextPageToken ?? '' };
    expect((await client.get(`${EVENTS}/veeklv/instances`, query)).json.items).toHaveLength(1);
    expect((await client.get(`${EVENTS}/veeklv/instances`, { showDeleted: 'true' })).json.items).toHaveLength(5);
  });
});

describe('deltas of series', () => {
  it('deliver far more of a touched endless series than the window that was listed', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY', '2026-10-07'));
    const window = { timeMin: '2026-10-19T00:00:00Z', timeMax: '2026-11-16T00:00:00Z' };
    expect(await expand(window)).toHaveLength(4);
    const syncToken = await token({ ...EXPANDED, ...window });
    sim.patchEvent(EMAIL, 'veeklv', { summary: 'Renamed' });
    const items = await delta(syncToken);
    expect(items).toHaveLength(730);
    expect(dates(items).at(0)).toBe('2026-10-07');
    expect(dates(items).at(-1)).toBe('2040-09-26');
    expect((await client.get(EVENTS, { syncToken })).status).toBe(400);
  });

  it('deliver masters instead when the token was issued for a listing without expansion', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY'));
    const syncToken = await token({});
    sim.patchEvent(EMAIL, 'veeklv', { summary: 'Renamed' });
    expect((await delta(syncToken, {})).map((item) => item.id)).toEqual(['veeklv']);
    sim.deleteSeries(EMAIL, 'veeklv');
    expect(await delta(syncToken, {})).toEqual([{ id: 'veeklv', status: 'cancelled' }]);
  });

  it('reach old endless series up to the present', async () => {
    sim.insertEvent(EMAIL, series('FREQ=DAILY', '2016-01-01'));
    const syncToken = await token({ ...EXPANDED, timeMin: '2026-10-19T00:00:00Z', timeMax: '2026-10-21T00:00:00Z' });
    sim.touch(EMAIL, 'veeklv');
    const items = await delta(syncToken);
    expect(items).toHaveLength(730);
    expect(dates(items)).toContain('2026-10-20');
  });

  it('send bare tombstones for deleted instances and about six months of a deleted series', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY'));
    const syncToken = await token();
    sim.deleteInstance(EMAIL, 'veeklv_20261028T080000Z');
    expect(await delta(syncToken)).toEqual([{ id: 'veeklv_20261028T080000Z', status: 'cancelled' }]);
    sim.deleteSeries(EMAIL, 'veeklv');
    const items = await delta(syncToken);
    expect(items.every((item) => item.status === 'cancelled' && Object.keys(item).length === 2)).toBe(true);
    expect(items.map((item) => item.id)).toContain('veeklv_20261028T080000Z');
    expect(items.map((item) => item.id)).not.toContain('veeklv');
    // 183 days from 20 October reach 21 April; what lies behind stays orphaned.
    expect(
      items
        .map((item) => item.id)
        .sort()
        .at(-1),
    ).toBe('veeklv_20270421T070000Z');
    expect(items).toHaveLength(27);
    expect(await expand()).toEqual([]);
    expect((await client.get(`${EVENTS}/veeklv`)).json.status).toBe('cancelled');
  });

  it('split "this and following" into a series whose id names the split', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=4'));
    const syncToken = await token();
    const following = sim.splitSeries(EMAIL, 'veeklv_20261104T080000Z', { summary: 'New' });
    expect(following).toBe('veeklv_R20261104T080000');
    const items = await expand();
    expect(items.map((item) => [item.summary, item.start?.dateTime?.slice(0, 10)])).toEqual([
      ['Stand-up', '2026-10-21'],
      ['Stand-up', '2026-10-28'],
      ['New', '2026-11-04'],
      ['New', '2026-11-11'],
    ]);
    const changes = await delta(syncToken);
    expect(changes.filter((item) => item.status === 'cancelled').map((item) => item.id)).toEqual([
      'veeklv_20261104T080000Z',
      'veeklv_20261111T080000Z',
    ]);
    expect(changes.map((item) => item.id)).toContain(`${following}_20261104T080000Z`);
  });

  it('retire the old instance ids when the series moves to another time', async () => {
    sim.insertEvent(EMAIL, series('FREQ=WEEKLY;COUNT=2'));
    const syncToken = await token();
    sim.patchEvent(EMAIL, 'veeklv', { start: local('2026-10-21', '10:00'), end: local('2026-10-21', '10:30') });
    expect((await delta(syncToken)).map((item) => [item.id, item.status])).toEqual([
      ['veeklv_20261021T070000Z', 'cancelled'],
      ['veeklv_20261028T080000Z', 'cancelled'],
      ['veeklv_20261021T080000Z', 'confirmed'],
      ['veeklv_20261028T090000Z', 'confirmed'],
    ]);
  });
});
