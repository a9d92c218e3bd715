import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { showCalendarEvent } from '../../../shared/events/calendar-event.api.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const hourMs = 3_600_000;
/** The same text whenever it is asked for within an hour. */
const iso = (hours: number) => new Date((Math.floor(stack.local.now() / hourMs) + hours) * hourMs).toISOString();

/** Google's form of an hour from now. */
const googleTimes = (hours = 1) => ({ start: { dateTime: iso(hours) }, end: { dateTime: iso(hours + 1) } });
const microsoftTime = (hours: number) => ({ dateTime: `${iso(hours).slice(0, -1)}0000`, timeZone: 'UTC' });
const microsoftTimes = (hours = 1) => ({ start: microsoftTime(hours), end: microsoftTime(hours + 1) });

/** The next listing of the calendar is exactly these items: the simulators themselves refuse to store odd ones. */
function answerWith(platform: Platform, account: string, items: unknown[], timeZone = 'UTC'): void {
  const body =
    platform === 'google'
      ? { kind: 'calendar#events', timeZone, items, nextSyncToken: 'next' }
      : { value: items, '@odata.deltaLink': `${stack.microsoft.url}/v1.0/me/calendarView/delta?$deltatoken=next` };
  const rule = { on: 'list' as const, account, times: 1, outcome: { status: 200, body } };
  if (platform === 'google') stack.google.faults.push(rule);
  else stack.microsoft.faults.push(rule);
}

/** Syncs a new calendar whose listing is these items. @returns its events as the API shows them, by id at the provider */
async function syncItems(platform: Platform, items: unknown[], timeZone?: string) {
  const calendar = await connectCalendar(stack, platform);
  answerWith(platform, calendar.user.account.email, items, timeZone);
  expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
  const { sync, calendar: row } = await calendar.load();
  expect(row.state).toBe('connected');
  const shown = (await calendar.stored()).map((event) => showCalendarEvent(event));
  return { byId: new Map(shown.map((event) => [event.platform_uuid, event])), skipped: sync.runs.at(-1)?.skipped };
}

const standing = {
  google: () => ({ id: 'standing', summary: 'standing', ...googleTimes() }),
  microsoft: () => ({ id: 'standing', subject: 'standing', type: 'singleInstance', ...microsoftTimes() }),
};

describe.each(['google', 'microsoft'] as const)('An odd event of %s', (platform) => {
  const one = (odd: Record<string, unknown>): Record<string, unknown> => ({
    ...standing[platform](),
    ...odd,
  });

  it.each([
    ['is null', null],
    ['is a text', 'nonsense'],
    ['has no id', { summary: 'no id' }],
    ['has an id that is a number', { id: 7 }],
  ])('that %s costs no other', async (_what, odd) => {
    const { byId, skipped } = await syncItems(platform, [odd, standing[platform]()]);
    expect([...byId.keys()]).toEqual(['standing']);
    if (platform === 'google') expect(skipped).toBe(1);
  });

  it.each([
    ['no start', { start: undefined }],
    ['a null start', { start: null }],
    ['an empty start', { start: {} }],
    ['a start that is no time', { start: { dateTime: 'soon', timeZone: 'UTC' } }],
  ])('with %s is skipped and counted', async (_what, odd) => {
    const { byId, skipped } = await syncItems(platform, [one({ id: 'odd', ...odd }), standing[platform]()]);
    expect([...byId.keys()]).toEqual(['standing']);
    expect(skipped).toBe(1);
  });

  it.each([
    ['no end', { end: undefined }],
    ['a null end', { end: null }],
    ['an end that is no time', { end: { dateTime: 'later', timeZone: 'UTC' } }],
  ])('with %s is stored', async (_what, odd) => {
    const { byId } = await syncItems(platform, [one(odd)]);
    expect(byId.get('standing')).toMatchObject({ end_time: byId.get('standing')?.start_time });
  });

  it('whose end equals its start, or lies before it, is stored', async () => {
    const [start, before] =
      platform === 'google' ? [googleTimes(3), googleTimes(1)] : [microsoftTimes(3), microsoftTimes(1)];
    const items = [
      one({ id: 'equal', start: start.start, end: start.start }),
      one({ id: 'before', start: start.start, end: before.start }),
    ];
    expect([...(await syncItems(platform, items)).byId.keys()].sort()).toEqual(['before', 'equal']);
  });

  it('without a title has no name', async () => {
    const title = platform === 'google' ? 'summary' : 'subject';
    const items = [
      one({ id: 'absent', [title]: undefined }),
      one({ id: 'null', [title]: null }),
      one({ id: 'number', [title]: 7 }),
    ];
    const { byId } = await syncItems(platform, items);
    expect([...byId.values()].map(({ name }) => name)).toEqual([null, null, null]);
  });

  it('with half a character or a NUL in its texts goes out well-formed', async () => {
    const odd = 'a\ud83d b\0 c\udc00';
    const items =
      platform === 'google'
        ? [one({ summary: odd, description: odd, location: odd, organizer: { email: odd, displayName: odd } })]
        : [one({ subject: odd, body: { content: odd }, location: { displayName: odd }, categories: [odd] })];
    const { byId } = await syncItems(platform, items);
    expect(byId.get('standing')?.name).toBe('a\uFFFD b\uFFFD c\uFFFD');
    const text = JSON.stringify(byId.get('standing'));
    expect(text).not.toMatch(/\\ud[89a-f]|\\u0000/i);
  });

  it('with texts that are cut in the middle of a character goes out well-formed', async () => {
    const title = `${'x'.repeat(4_999)}😀`;
    const body = `${'y'.repeat(19_999)}😀${'z'.repeat(250_000)}`;
    const items =
      platform === 'google'
        ? [one({ summary: title, description: body })]
        : [one({ subject: title, body: { contentType: 'text', content: body } })];
    const event = (await syncItems(platform, items)).byId.get('standing');
    expect(event?.name).toBe('x'.repeat(4_999));
    expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f]/i);
    expect(JSON.stringify(event?.raw)).toContain('y'.repeat(19_999));
  });

  it('comes once when its id is reported twice, and twice when two ids share an iCalendar id', async () => {
    const shared = { iCalUID: 'same', iCalUId: 'same' };
    const items = [one({ id: 'u2', ...shared }), one({ id: 'u3', ...shared }), one({ id: 'u2', ...shared })];
    const { byId } = await syncItems(platform, items);
    expect([...byId.values()].map(({ ical_uid }) => ical_uid)).toEqual(['same', 'same']);
  });

  it('keeps its other guests, the answer of the owner and the link when one entry of a list is null', async () => {
    const link = 'https://us02web.zoom.us/j/91234567890';
    const items =
      platform === 'google'
        ? [
            one({
              attendees: [{ self: true, responseStatus: 'declined' }, null, 7, { email: 'b@x.test' }],
              conferenceData: { entryPoints: [null, { entryPointType: 'video', uri: link }] },
            }),
          ]
        : [
            one({
              responseStatus: { response: 'declined' },
              attendees: [{ emailAddress: null }, null, 7, { emailAddress: { address: 'b@x.test' } }],
              locations: [null, { displayName: link }],
            }),
          ];
    const event = (await syncItems(platform, items)).byId.get('standing');
    expect(event).toMatchObject({ response_status: 'declined', meeting_url: link });
    expect(event?.attendees.map(({ email }) => email)).toEqual([null, 'b@x.test']);
  });

  it.each([
    ['GMT+05:30', null],
    ['Mars/Olympus', null],
    ['', null],
    ['Asia/Kolkata', 'Asia/Kolkata'],
  ])('in the zone %j has an IANA zone or none, and its times are right', async (zone, stored) => {
    const items =
      platform === 'google'
        ? [one({ start: { dateTime: iso(1), timeZone: zone } })]
        : [one({ originalStartTimeZone: zone })];
    const event = (await syncItems(platform, items)).byId.get('standing');
    expect(event?.time_zone).toBe(stored);
    expect(Date.parse(event?.start_time ?? '')).toBe(Date.parse(iso(1)));
  });

  it.each(['9999-12-31T23:59:59', '9999-12-31T00:00:00'])('that goes on until %s is stored', async (text) => {
    const end =
      platform === 'google'
        ? { dateTime: `${text}-05:00` }
        : { dateTime: `${text}.9999999`, timeZone: 'Pacific Standard Time' };
    const event = (await syncItems(platform, [one({ end })])).byId.get('standing');
    expect(event?.end_time).toMatch(/^9999-12-31T/);
  });
});

describe('An odd event of google', () => {
  it('that is a tombstone of nothing but id and status is nothing to store', async () => {
    const items = [{ id: 'gone', status: 'cancelled' }, standing.google()];
    const { byId, skipped } = await syncItems('google', items);
    expect([[...byId.keys()], skipped]).toEqual([['standing'], 0]);
  });

  it.each([
    ['birthday', 'birthday'],
    ['workingLocation', 'working_location'],
    ['somethingNew', 'unknown'],
  ])('of the type %s has the type %s', async (eventType, shown) => {
    const { byId } = await syncItems('google', [{ ...standing.google(), eventType }]);
    expect(byId.get('standing')?.event_type).toBe(shown);
  });

  it('that lasts all day in a calendar of an unknown zone begins at midnight of UTC, and is counted', async () => {
    const today = iso(0).slice(0, 10);
    const allDay = { id: 'all day', start: { date: today }, end: { date: iso(24).slice(0, 10) } };
    const { byId, skipped } = await syncItems('google', [allDay, standing.google()], 'Mars/Olympus');
    expect(byId.get('all day')?.start_time).toBe(`${today}T00:00:00Z`);
    expect(skipped).toBe(1);
  });
});

describe('An odd event of microsoft', () => {
  it.each(['Kamchatka Standard Time', 'Mid-Atlantic Standard Time', 'UTC-11', 'Russia Time Zone 11'])(
    'made in the zone %s has an IANA zone or none, and its times are right',
    async (originalStartTimeZone) => {
      const { byId } = await syncItems('microsoft', [{ ...standing.microsoft(), originalStartTimeZone }]);
      const zone = byId.get('standing')?.time_zone ?? null;
      expect(zone === null || /^[A-Z][A-Za-z_]+\/[A-Za-z_/+\-\d]+$/.test(zone)).toBe(true);
      expect(Date.parse(byId.get('standing')?.start_time ?? '')).toBe(Date.parse(iso(1)));
    },
  );

  it('that lasts all day in Tokyo begins at 15:00 UTC of the day before', async () => {
    const day = iso(48).slice(0, 10);
    const allDay = {
      ...standing.microsoft(),
      isAllDay: true,
      start: { dateTime: `${day}T00:00:00.0000000`, timeZone: 'UTC' },
      end: { dateTime: `${iso(72).slice(0, 10)}T00:00:00.0000000`, timeZone: 'UTC' },
      originalStartTimeZone: 'Tokyo Standard Time',
    };
    const event = (await syncItems('microsoft', [allDay])).byId.get('standing');
    expect(Date.parse(event?.start_time ?? '')).toBe(Date.parse(`${day}T00:00:00+09:00`));
  });
});

describe.each(['google', 'microsoft'] as const)('An event of %s with many guests', (platform) => {
  const invite = (id: string, count: number) => {
    const numbers = Array.from({ length: count - 1 }, (_none, index) => index);
    const address = (index: number) => `guest-${index}@example.com`;
    return platform === 'google'
      ? {
          ...standing.google(),
          id,
          attendees: [
            ...numbers.map((index) => ({ email: address(index), displayName: `Guest ${index}` })),
            { email: 'owner@example.com', self: true, responseStatus: 'declined' },
          ],
        }
      : {
          ...standing.microsoft(),
          id,
          responseStatus: { response: 'declined' },
          attendees: [...numbers, count].map((index) => ({
            type: 'required',
            status: { response: 'none' },
            emailAddress: { address: address(index), name: `Guest ${index}` },
          })),
        };
  };

  it('is stored: 300 guests as they are, of 3,002 as many as fit, flagged, with the owner’s answer', async () => {
    const { byId } = await syncItems(platform, [invite('300', 300), invite('3002', 3002)]);
    expect(byId.get('300')).toMatchObject({ attendees_omitted: false, response_status: 'declined' });
    expect(byId.get('300')?.attendees).toHaveLength(300);
    expect(byId.get('300')?.raw?.attendeesOmitted).toBeUndefined();
    expect(byId.get('3002')).toMatchObject({ attendees_omitted: true, response_status: 'declined' });
    expect(byId.get('3002')?.attendees.length).toBeGreaterThan(1_000);
    expect(JSON.stringify(byId.get('3002')?.raw)).toContain('declined');
  });
});
