import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showCalendarEvent } from '../../../../shared/events/calendar-event.api.ts';
import type { EventContent } from '../../../../shared/events/calendar-event.ts';
import { changedFields } from '../../../../shared/events/changed-fields.ts';
import { describeEvent, readDetails } from '../../../../shared/events/details/read-details.ts';
import { timestampOf } from '../../../../shared/platform/timestamp.ts';
import { readGoogleEvent } from '../../../../shared/providers/google/google-event.ts';
import { readMicrosoftEvent } from '../../../../shared/providers/microsoft/microsoft-event.ts';

const google = (more: Record<string, unknown>) =>
  readGoogleEvent(
    {
      kind: 'calendar#event',
      id: 'a',
      status: 'confirmed',
      start: { dateTime: '2026-11-21T09:30:00Z' },
      end: { dateTime: '2026-11-21T10:00:00Z' },
      ...more,
    },
    'Europe/Berlin',
  );
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const microsoft = (more: Record<string, unknown>) =>
  readMicrosoftEvent(
    {
      id: 'a',
      type: 'singleInstance',
      isAllDay: false,
      showAs: 'busy',
      sensitivity: 'normal',
      start: utc('2026-11-21T09:30:00.0000000'),
      end: utc('2026-11-21T10:00:00.0000000'),
      ...more,
    },
    'Europe/Berlin',
  );
const show = (content: EventContent) =>
  showCalendarEvent({
    ...content,
    id: 'evt_aaaaaaaaaaaaaaaa',
    calendar_id: 'cal_aaaaaaaaaaaaaaaa',
    is_deleted: false,
    created_at: timestampOf(0),
    updated_at: timestampOf(0),
    bots: [],
  });

describe('an event in one shape', () => {
  const never = '0001-01-01T00:00:00Z';
  const graphGuest = (name: string, response: string, more: Record<string, unknown> = {}, time = never) => ({
    type: 'required',
    status: { response, time },
    emailAddress: { name, address: `${name}@example.com` },
    ...more,
  });

  it('has the same guests from both providers', () => {
    const person = (name: string) => ({ email: `${name}@example.com`, displayName: name });
    const fromGoogle = google({
      organizer: person('ada'),
      attendees: [
        { ...person('ada'), organizer: true, responseStatus: 'accepted' },
        { ...person('ben'), self: true, responseStatus: 'tentative' },
        { ...person('cleo'), optional: true, responseStatus: 'declined' },
        { ...person('dan'), responseStatus: 'needsAction' },
        { ...person('room'), resource: true, responseStatus: 'accepted' },
      ],
    });
    const answered = '2026-11-20T08:00:00Z';
    const fromMicrosoft = microsoft({
      organizer: { emailAddress: { name: 'ada', address: 'Ada@example.com' } },
      isOrganizer: false,
      responseStatus: { response: 'tentativelyAccepted', time: answered },
      attendees: [
        graphGuest('ada', 'none'),
        graphGuest('ben', 'tentativelyAccepted', {}, answered),
        graphGuest('cleo', 'declined', { type: 'optional' }),
        graphGuest('dan', 'none'),
        graphGuest('room', 'accepted', { type: 'resource' }),
      ],
    });
    const { attendees } = show(fromGoogle);
    expect(show(fromMicrosoft).attendees).toEqual(attendees);
    expect(attendees[0]).toEqual({
      email: 'ada@example.com',
      name: 'ada',
      response_status: 'accepted',
      organizer: true,
      optional: false,
      resource: false,
      self: false,
    });
    expect(attendees.map((one) => [one.response_status, one.optional, one.resource, one.self])).toEqual([
      ['accepted', false, false, false],
      ['tentative', false, false, true],
      ['declined', true, false, false],
      ['needs_action', false, false, false],
      ['accepted', false, true, false],
    ]);
  });

  it('knows the owner among the guests by the stored mark, where the provider does not say', () => {
    const event = microsoft({ attendees: [graphGuest('ada', 'none'), graphGuest('ben', 'none')] });
    const [ada, ben] = event.attendees;
    if (!ada || !ben) throw new Error('no guests');
    expect(show({ ...event, attendees: [ada, { ...ben, self: true }] }).attendees.map(({ self }) => self)).toEqual([
      false,
      true,
    ]);
    const own = microsoft({
      isOrganizer: true,
      organizer: { emailAddress: { address: 'ben@example.com' } },
      attendees: [graphGuest('ada', 'none'), graphGuest('ben', 'organizer')],
    });
    expect(show(own).attendees.map(({ self, organizer }) => [self, organizer])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it('is ordinary for an ordinary event of either provider', () => {
    for (const event of [google({}), microsoft({})]) {
      expect(show(event)).toMatchObject({
        visibility: 'default',
        event_type: 'default',
        busy: 'busy',
        start_date: null,
        end_date: null,
        location: null,
        description: null,
        conference: null,
        series_id: null,
        original_start_time: null,
      });
    }
  });

  it('has the days of an all-day event, the last one excluded', () => {
    const days = { start_date: '2026-11-21', end_date: '2026-11-23' };
    expect(show(google({ start: { date: '2026-11-21' }, end: { date: '2026-11-23' } }))).toMatchObject(days);
    const start = utc('2026-11-21T00:00:00.0000000');
    const allDay = { isAllDay: true, start, end: utc('2026-11-23T00:00:00.0000000') };
    expect(show(microsoft(allDay))).toMatchObject(days);
    expect(show(google({ start: { date: '2026-11-21' }, end: { date: '2026-11-21' } })).end_date).toBe('2026-11-22');
    expect(show(google({ start: { date: '9999-12-31' } })).end_date).toBe('9999-12-31');
  });

  it('has place and description as text, cut at a whole character', () => {
    expect(show(google({ location: ' Room 1 ', description: '<p>Agenda:<br><b>One</b> &amp; two</p>' }))).toMatchObject(
      {
        location: 'Room 1',
        description: 'Agenda:\nOne & two',
      },
    );
    const body = { contentType: 'html', content: '<p>Agenda:<br><b>One</b> &amp; two</p>' };
    expect(show(microsoft({ location: { displayName: 'Room 1' }, body }))).toMatchObject({
      location: 'Room 1',
      description: 'Agenda:\nOne & two',
    });
    const long = show(google({ description: `${'x'.repeat(7_999)}😀y` })).description ?? '';
    expect(long).toBe('x'.repeat(7_999));
    expect(show(google({ description: ' \n ' })).description).toBeNull();
  });

  it('has where the rule of its series puts a moved instance', () => {
    const recurring = { recurringEventId: 'b', originalStartTime: { dateTime: '2026-11-20T10:30:00+01:00' } };
    expect(show(google(recurring)).original_start_time).toBe('2026-11-20T09:30:00Z');
    const day = { start: { date: '2026-11-21' }, recurringEventId: 'b', originalStartTime: { date: '2026-11-20' } };
    expect(show(google(day)).original_start_time).toBe('2026-11-19T23:00:00Z');
    const moved = { type: 'exception', seriesMasterId: 'b', originalStart: '2026-11-20T09:30:00.0000000Z' };
    expect(show(microsoft(moved)).original_start_time).toBe('2026-11-20T09:30:00Z');
    expect(show(microsoft({ type: 'occurrence', seriesMasterId: 'b' })).original_start_time).toBe(
      '2026-11-21T09:30:00Z',
    );
  });

  it('has one series over splits', () => {
    const seriesOf = (id: string) => show(google({ recurringEventId: id })).series_id;
    expect(seriesOf('base_R20261121T093000')).toBe(seriesOf('base'));
    expect(seriesOf('base_R20261121')).toBe(seriesOf('base'));
    expect(seriesOf('other')).not.toBe(seriesOf('base'));
    expect(seriesOf('base')).toMatch(/^ser_aaaaaaa[A-Za-z0-9]{9}$/);

    const graphSeriesOf = (seriesMasterId: string, iCalUId?: string) =>
      show(microsoft({ seriesMasterId, iCalUId })).series_id;
    const uid = (day: string) => `040000008200E00074C5B7101A82E008${day}A0B1C2D3E4F5D801000000000000000010000000ABCDEF`;
    // Exceptions have the day of their instance in the id: 2026-11-21.
    expect(graphSeriesOf('m', uid('07EA0B15'))).toBe(graphSeriesOf('m', uid('00000000')));
    expect(graphSeriesOf('n', 'x_R20261121T093000@google.com')).toBe(graphSeriesOf('m', 'x@google.com'));
    expect(graphSeriesOf('m')).not.toBe(graphSeriesOf('n'));
  });

  it('has its conference', () => {
    const conferenceData = {
      conferenceId: 'abc-defg-hij',
      conferenceSolution: { name: 'Google Meet' },
      entryPoints: [
        null,
        { entryPointType: 'video', uri: 'https://meet.google.com/abc-defg-hij', label: 'meet.google.com/abc-defg-hij' },
        { entryPointType: 'phone', uri: 'tel:+1-555', pin: '123' },
        { entryPointType: 'hologram', uri: 'x:y' },
      ],
    };
    expect(show(google({ conferenceData })).conference).toEqual({
      name: 'Google Meet',
      id: 'abc-defg-hij',
      entry_points: [
        {
          type: 'video',
          uri: 'https://meet.google.com/abc-defg-hij',
          label: 'meet.google.com/abc-defg-hij',
          pin: null,
        },
        { type: 'phone', uri: 'tel:+1-555', label: null, pin: '123' },
      ],
    });
    const teams = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' };
    const onlineMeeting = {
      joinUrl: 'https://teams.microsoft.com/meet/123456789',
      conferenceId: '77',
      tollNumber: '+1 555',
    };
    expect(show(microsoft({ ...teams, onlineMeeting })).conference).toEqual({
      name: 'Microsoft Teams',
      id: '77',
      entry_points: [
        { type: 'video', uri: onlineMeeting.joinUrl, label: null, pin: null },
        { type: 'phone', uri: 'tel:+1 555', label: '+1 555', pin: '77' },
      ],
    });
  });

  it('names the described fields that have changed', () => {
    const before = { ...google({ location: 'A', attendees: [{ email: 'x@y.z', responseStatus: 'needsAction' }] }) };
    const after = google({ location: 'B', attendees: [{ email: 'x@y.z', responseStatus: 'accepted' }] });
    const stored = {
      id: 'evt_a',
      calendar_id: 'cal_a',
      created_at: timestampOf(0),
      updated_at: timestampOf(0),
    } as const;
    expect(changedFields({ ...before, ...stored, is_deleted: false }, { ...after, is_deleted: false }, [])).toEqual([
      'attendees',
      'raw',
      'location',
    ]);
  });
});

describe('any event of a provider', () => {
  const names =
    'description location attendees conferenceData organizer visibility eventType transparency recurringEventId originalStartTime end body ' +
    'bodyPreview locations onlineMeeting showAs sensitivity isOrganizer responseStatus seriesMasterId originalStart iCalUId isAllDay status';
  const field = fc.constantFrom(...names.split(' '));
  const odd = fc.dictionary(
    field,
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant('<a'), fc.constant('9999-12-31')),
  );

  it('is shown with values of the closed lists', () => {
    fc.assert(
      fc.property(odd, (more) => {
        // The schema of the answer has the closed lists.
        expect(show(google(more)).id).toBe('evt_aaaaaaaaaaaaaaaa');
        expect(show(microsoft(more)).id).toBe('evt_aaaaaaaaaaaaaaaa');
      }),
    );
  });

  it('is described from a stored row, whatever it has', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (raw) => {
        const content = { ...google({}), raw };
        expect(readDetails(content).guests).toEqual([]);
        expect(describeEvent(content).name).toBeNull();
      }),
    );
  });
});
