import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMicrosoftEvent } from '../../../shared/providers/microsoft/microsoft-event.ts';
import { resolveTimeZone } from '../../../shared/providers/resolve-time-zone.ts';

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const timed = { start: utc('2026-11-21T09:30:00.0000000'), end: utc('2026-11-21T10:00:00.0000000') };

describe('an event of Graph', () => {
  it('is read with all its fields', () => {
    const raw = {
      id: 'AAMk1',
      type: 'exception',
      seriesMasterId: 'AAMk0',
      subject: 'Review',
      iCalUId: '0400',
      sensitivity: 'private',
      showAs: 'tentative',
      isAllDay: false,
      originalStartTimeZone: 'W. Europe Standard Time',
      ...timed,
      organizer: { emailAddress: { name: 'Ada', address: 'ada@example.com' } },
      responseStatus: { response: 'notResponded', time: '0001-01-01T00:00:00Z' },
      attendees: [{ type: 'required', emailAddress: { name: 'Ben', address: 'ben@example.com' } }],
      onlineMeeting: {
        joinUrl: 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d',
      },
      body: { contentType: 'text', content: 'Join<https://zoom.us/j/123456789>' },
    };
    expect(readMicrosoftEvent(raw, 'UTC')).toEqual({
      platform_uuid: 'AAMk1',
      start_time: '2026-11-21T09:30:00.000000Z',
      end_time: '2026-11-21T10:00:00.000000Z',
      name: 'Review',
      meeting_url: raw.onlineMeeting.joinUrl,
      meeting_platform: 'microsoft_teams',
      attendees: [{ email: 'ben@example.com', name: 'Ben' }],
      attendees_omitted: false,
      ical_uid: '0400',
      is_all_day: false,
      time_zone: 'Europe/Berlin',
      organizer: { email: 'ada@example.com', name: 'Ada' },
      response_status: 'needs_action',
      status: 'tentative',
      recurring_event_id: 'AAMk0',
      visibility: 'private',
      event_type: 'exception',
      raw,
    });
  });

  it('has the link of its locations or text when Teams has none', () => {
    const elsewhere = { id: 'a', ...timed, onlineMeeting: null };
    expect(
      readMicrosoftEvent({ ...elsewhere, location: { displayName: 'https://zoom.us/j/123456789' } }, 'UTC').meeting_url,
    ).toBe('https://zoom.us/j/123456789');
    const body = { contentType: 'text', content: 'Dial in\r\nJoin<https://acme.webex.com/meet/ada>\r\n' };
    expect(readMicrosoftEvent({ ...elsewhere, body }, 'UTC').meeting_url).toBe('https://acme.webex.com/meet/ada');
  });

  it.each([
    ['W. Europe Standard Time', '2026-11-20T23:00:00.000000Z', 'Europe/Berlin'],
    ['America/New_York', '2026-11-21T05:00:00.000000Z', 'America/New_York'],
    ['tzone://Microsoft/Custom', '2026-11-20T15:00:00.000000Z', null],
  ])('begins at midnight when it lasts a day and was created in %s: %s', (originalStartTimeZone, start, zone) => {
    const event = {
      id: 'd',
      isAllDay: true,
      originalStartTimeZone,
      start: utc('2026-11-21T00:00:00.0000000'),
      end: utc('2026-11-22T00:00:00.0000000'),
    };
    // Of an unknown zone the mailbox's counts.
    expect(readMicrosoftEvent(event, 'Asia/Tokyo')).toMatchObject({
      start_time: start,
      is_all_day: true,
      time_zone: zone,
    });
  });

  it('has the right instants when its times come in another zone than requested', () => {
    const start = { dateTime: '2026-07-01T09:30:00.1234567', timeZone: 'Pacific Standard Time' };
    expect(readMicrosoftEvent({ id: 'z', start }, 'UTC').start_time).toBe('2026-07-01T16:30:00.123456Z');
  });

  it.each([
    {},
    { id: 'x' },
    { id: 'x', start: utc('soon') },
    { id: 'x', start: { dateTime: '2026-11-21T09:30:00', timeZone: 'Nowhere' } },
  ])('is refused without a readable time: %j', (raw) => {
    expect(() => readMicrosoftEvent(raw, 'UTC')).toThrow();
  });

  it('is read whatever its other fields are', () => {
    const field = fc.constantFrom(
      'subject',
      'body',
      'location',
      'locations',
      'attendees',
      'organizer',
      'onlineMeeting',
      'end',
      'responseStatus',
      'type',
    );
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (fields) => {
        expect(readMicrosoftEvent({ id: 'any', ...timed, ...fields }, 'UTC').start_time).toBe(
          '2026-11-21T09:30:00.000000Z',
        );
      }),
    );
  });
});

describe('the spelling of a zone in Graph', () => {
  it.each([
    ['UTC', 'UTC'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['Coordinated Universal Time', 'UTC'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Customized Time Zone', null],
    ['tzone://Microsoft/Custom', null],
    ['(UTC+01:00) Amsterdam, Berlin', null],
    ['Asia/Astana (Almaty)', null],
    ['+01:00', null],
    ['', null],
    [null, null],
  ])('%s means %s', (name, zone) => {
    expect(resolveTimeZone(name)).toBe(zone);
  });
});
