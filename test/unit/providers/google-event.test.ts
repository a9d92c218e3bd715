import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGoogleEvent } from '../../../shared/providers/google/google-event.ts';

const timed = { start: { dateTime: '2026-11-21T10:30:00+01:00' }, end: { dateTime: '2026-11-21T11:00:00+01:00' } };

describe('an event of Google', () => {
  it('is read with all its fields', () => {
    const raw = {
      id: 'abc_20261121T093000Z',
      status: 'tentative',
      summary: 'Review',
      iCalUID: 'abc@google.com',
      recurringEventId: 'abc',
      visibility: 'private',
      eventType: 'default',
      start: { dateTime: '2026-11-21T10:30:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-11-21T11:00:00+01:00', timeZone: 'Europe/Berlin' },
      organizer: { email: 'ada@example.com', displayName: 'Ada' },
      attendees: [
        { email: 'ada@example.com', displayName: 'Ada', responseStatus: 'accepted' },
        { email: 'ben@example.com', self: true, responseStatus: 'needsAction' },
      ],
      conferenceData: {
        entryPoints: [
          { entryPointType: 'phone', uri: 'tel:+49-30-1234' },
          { entryPointType: 'video', uri: 'https://meet.google.com/abc-defg-hij' },
        ],
      },
    };
    expect(readGoogleEvent(raw, 'UTC')).toEqual({
      platform_uuid: 'abc_20261121T093000Z',
      start_time: '2026-11-21T09:30:00.000000Z',
      end_time: '2026-11-21T10:00:00.000000Z',
      name: 'Review',
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      meeting_platform: 'google_meet',
      attendees: [
        { email: 'ada@example.com', name: 'Ada' },
        { email: 'ben@example.com', name: null },
      ],
      attendees_omitted: false,
      ical_uid: 'abc@google.com',
      is_all_day: false,
      time_zone: 'Europe/Berlin',
      organizer: { email: 'ada@example.com', name: 'Ada' },
      response_status: 'needs_action',
      status: 'tentative',
      recurring_event_id: 'abc',
      visibility: 'private',
      event_type: 'default',
      raw,
    });
  });

  it('has only its times when its details are hidden', () => {
    expect(readGoogleEvent({ id: 'p', status: 'confirmed', visibility: 'private', ...timed }, 'UTC')).toMatchObject({
      name: null,
      meeting_url: null,
      attendees: [],
      organizer: null,
      response_status: null,
    });
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000000Z', '2026-03-29T22:00:00.000000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000000Z', '2026-11-02T05:00:00.000000Z'],
    ['Asia/Kolkata', '2026-01-01', '2025-12-31T18:30:00.000000Z', '2026-01-01T18:30:00.000000Z'],
    // Midnight does not exist on this day: it begins at one.
    ['America/Asuncion', '2023-10-01', '2023-10-01T04:00:00.000000Z', '2023-10-02T03:00:00.000000Z'],
  ])('begins and ends at midnight when it lasts a day in %s on %s', (zone, date, start, end) => {
    const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    expect(readGoogleEvent({ id: 'd', start: { date }, end: { date: next } }, zone)).toMatchObject({
      is_all_day: true,
      start_time: start,
      end_time: end,
      time_zone: zone,
    });
  });

  it('ends at its start when it has no end', () => {
    expect(readGoogleEvent({ id: 'e', start: timed.start }, 'UTC').end_time).toBe('2026-11-21T09:30:00.000000Z');
  });

  it('counts as accepted when the owner created it without guests', () => {
    expect(readGoogleEvent({ id: 'o', ...timed, organizer: { self: true } }, 'UTC').response_status).toBe('accepted');
  });

  it('loses only the field that has a wrong type', () => {
    const odd = { id: 'x', ...timed, summary: 7, attendees: 'many', conferenceData: [], organizer: null, location: {} };
    expect(readGoogleEvent(odd, 'UTC')).toMatchObject({ name: null, attendees: [], organizer: null });
  });

  it.each([
    {},
    { id: '' },
    { id: 'x' },
    { id: 'x', start: {} },
    { id: 'x', start: { dateTime: 'soon' } },
    { id: 'x', start: { date: '2026-13-01' } },
  ])('is refused without a readable time: %j', (raw) => {
    expect(() => readGoogleEvent(raw, 'UTC')).toThrow();
  });

  it('is either read or refused, whatever its content', () => {
    const field = fc.constantFrom(
      'summary',
      'description',
      'location',
      'attendees',
      'organizer',
      'conferenceData',
      'end',
      'eventType',
      'iCalUID',
    );
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (fields) => {
        const event = readGoogleEvent({ id: 'any', ...timed, ...fields }, 'UTC');
        expect(event.start_time).toBe('2026-11-21T09:30:00.000000Z');
      }),
    );
  });

  it('keeps the other guests, the answer of the owner and the link when a guest or an entry point is null', () => {
    const event = readGoogleEvent(
      {
        id: 'n',
        ...timed,
        attendees: [{ self: true, responseStatus: 'declined' }, null, { email: 'b@example.com' }, 'nonsense'],
        conferenceData: {
          entryPoints: [null, { entryPointType: 'video', uri: 'https://us02web.zoom.us/j/91234567890' }],
        },
      },
      'UTC',
    );
    expect(event).toMatchObject({
      attendees: [
        { email: null, name: null },
        { email: 'b@example.com', name: null },
      ],
      response_status: 'declined',
      meeting_url: 'https://us02web.zoom.us/j/91234567890',
    });
  });

  it('ends at the last instant that can be stored when its end lies beyond the year 9999 in UTC', () => {
    const end = { dateTime: '9999-12-31T23:59:59-05:00' };
    const event = readGoogleEvent({ id: 'e', start: { dateTime: '2025-01-01T09:00:00-05:00' }, end }, 'UTC');
    expect(event.end_time).toBe('9999-12-31T23:59:59.999999Z');
    const allDay = readGoogleEvent(
      { id: 'e', start: { date: '2025-01-01' }, end: { date: '9999-12-31' } },
      'Asia/Tokyo',
    );
    expect(allDay.end_time).toBe('9999-12-30T15:00:00.000000Z');
  });

  it.each(['GMT+05:30', '+05:30', 'Mars/Olympus'])(
    'has no time zone when Google names %s, which is none',
    (timeZone) => {
      const start = { dateTime: '2026-11-21T10:30:00+05:30', timeZone };
      expect(readGoogleEvent({ id: 'z', start }, 'UTC')).toMatchObject({
        time_zone: null,
        start_time: '2026-11-21T05:00:00.000000Z',
      });
    },
  );
});
