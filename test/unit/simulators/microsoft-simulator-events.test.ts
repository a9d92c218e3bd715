import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  at,
  FROM,
  type GraphMailbox,
  meeting,
  NOW,
  series,
  startGraphMailbox,
  TO,
  ZONE,
} from '../../support/graph-mailbox.ts';

import { deltaPath, PREFER } from '../../support/microsoft-client.ts';

let sim: GraphMailbox['sim'];
let ada: GraphMailbox['ada'];
let calendar: GraphMailbox['calendar'];
let client: GraphMailbox['client'];
let first: string;

beforeEach(async () => {
  ({ sim, ada, calendar, client } = await startGraphMailbox({ now: () => NOW }));
  first = deltaPath(calendar, FROM, TO);
});

afterEach(() => sim.close());

describe('times, bodies and ids', () => {
  const event = {
    ...meeting('2026-11-24'),
    body: {
      contentType: 'html' as const,
      content: `<p>Join <a href="https://x.test/j?a=1&amp;b=2">here</a></p>${'y'.repeat(300)}`,
    },
  };
  const page = async (prefer: string) => (await client.get(first, prefer)).json.value[0];

  it('uses the zone of the mailbox unless UTC is asked for, on every page', async () => {
    sim.insertMany(calendar, [event, event]);
    const answer = await client.get(first, `odata.maxpagesize=1, outlook.timezone="UTC"`);
    expect(answer.json.value[0]?.start).toEqual({ dateTime: '2026-11-24T09:30:00.0000000', timeZone: 'UTC' });
    const next = await client.get(answer.json['@odata.nextLink'] ?? '', '');
    expect(next.json.value[0]?.start).toEqual({ dateTime: '2026-11-24T10:30:00.0000000', timeZone: ZONE });
    sim.setTimeZone(ada, 'Eastern Standard Time');
    expect((await page(''))?.start).toEqual({
      dateTime: '2026-11-24T04:30:00.0000000',
      timeZone: 'Eastern Standard Time',
    });
    expect((await client.get(first, 'outlook.timezone="Nowhere"')).status).toBe(400);
  });

  it('leaves all-day events at midnight in any zone', async () => {
    const allDay = { start: at('2026-11-24T00:00:00'), end: at('2026-11-26T00:00:00'), isAllDay: true };
    sim.insertEvent(calendar, allDay);
    for (const prefer of ['', 'outlook.timezone="UTC"', 'outlook.timezone="Tokyo Standard Time"']) {
      const item = await page(prefer);
      expect([item?.start?.dateTime, item?.end?.dateTime]).toEqual([
        '2026-11-24T00:00:00.0000000',
        '2026-11-26T00:00:00.0000000',
      ]);
      expect(item).toMatchObject({ isAllDay: true, originalStartTimeZone: ZONE });
    }
    // It lasts from midnight to midnight in its own zone.
    expect(sim.truth(calendar, { from: '2026-11-23T22:00:00Z', to: '2026-11-23T23:00:01Z' })).toHaveLength(1);
    expect(sim.truth(calendar, { from: '2026-11-25T23:00:00Z', to: '2026-11-26T23:00:00Z' })).toHaveLength(0);
  });

  it('keeps an unknown zone name in sight and its event in the mailbox zone', async () => {
    const zone = 'tzone://Microsoft/Custom';
    sim.insertEvent(calendar, { start: at('2026-11-24T10:00:00', zone), end: at('2026-11-24T11:00:00', zone) });
    expect(await page('outlook.timezone="UTC"')).toMatchObject({
      originalStartTimeZone: zone,
      start: { dateTime: '2026-11-24T09:00:00.0000000', timeZone: 'UTC' },
    });
  });

  it('sends HTML unless text is preferred, and cuts the preview at 255 characters', async () => {
    sim.insertEvent(calendar, event);
    expect((await page(''))?.body).toMatchObject({ contentType: 'html', content: expect.stringContaining('<a href=') });
    const item = await page(PREFER);
    expect(item?.body?.contentType).toBe('text');
    expect(item?.body?.content).toContain('Join here<https://x.test/j?a=1&b=2>');
    expect(item?.bodyPreview).toHaveLength(255);
  });

  it('has other ids for those who do not prefer immutable ones, and finds events by both', async () => {
    const id = sim.insertEvent(calendar, event);
    const master = sim.insertEvent(calendar, series);
    const { items } = await client.round(first, 'odata.maxpagesize=50');
    expect(items.some((item) => item.id === id || item.id === master || item.seriesMasterId === master)).toBe(false);
    expect(items[2]?.seriesMasterId).toBe(items[1]?.id);
    for (const { id: other = '' } of [{ id }, ...items]) {
      expect((await client.get(`/me/events/${encodeURIComponent(other)}`)).status).toBe(200);
    }
    expect((await client.get(`/me/events/${id.toLowerCase()}`)).status).toBe(404);
  });

  it('fills in what Graph fills in', async () => {
    sim.insertEvent(calendar, {
      ...event,
      attendees: [{ emailAddress: { address: 'grace@example.com' } }],
      onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/x' },
      sensitivity: 'private',
    });
    expect(await page(PREFER)).toMatchObject({
      responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
      isOrganizer: true,
      showAs: 'busy',
      sensitivity: 'private',
      isOnlineMeeting: true,
      onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/x' },
      onlineMeetingProvider: 'teamsForBusiness',
      attendees: [{ type: 'required', status: { response: 'none', time: '0001-01-01T00:00:00Z' } }],
    });
  });
});
