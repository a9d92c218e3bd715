import { calendarExample } from '../calendars/calendar-examples.api.ts';
import { answerObject, type Component } from '../http/component.ts';
import { busySpanOut, calendarFreeBusyOut, freeBusyOut } from './free-busy.api.ts';

export const freeBusyExample = {
  from: '2026-11-21T00:00:00Z',
  to: '2026-11-28T00:00:00Z',
  calendars: [
    {
      calendar_id: calendarExample.id,
      account_email: calendarExample.account_email,
      as_of: '2026-11-21T09:30:00.917301Z',
      known_until: '2026-12-19T09:31:12Z',
      busy: [{ start_time: '2026-11-23T10:00:00Z', end_time: '2026-11-23T11:30:00Z', busy: 'busy' }],
    },
  ],
  unknown: [],
} as const;

export const freeBusyComponents: readonly Component[] = [
  answerObject('FreeBusy', freeBusyOut, 'When the owners of calendars are not free.', {
    from: 'The beginning of the time, UTC',
    to: 'Its end, UTC',
    calendars: 'One for each calendar that was found',
    unknown: 'Ids and addresses that name no calendar of the project',
  }),
  answerObject('CalendarFreeBusy', calendarFreeBusyOut, 'When the owner of a calendar is not free.', {
    calendar_id: 'Id of the calendar',
    account_email: 'Address of the account, where it is known',
    as_of: 'Everything that was changed at the provider before this time is in it, UTC; null before the first sync',
    known_until: 'The end of the window of the calendar: later events are not stored, UTC; null before the first sync',
    busy: 'Spans without overlaps, in order; the rest of the time is free',
  }),
  answerObject('BusySpan', busySpanOut, 'A time during which an owner is not free.', {
    start_time: 'Its beginning, UTC',
    end_time: 'Its end, UTC',
    busy: 'Of events at the same time the strongest: `out_of_office`, `busy`, `tentative`, `working_elsewhere`',
  }),
];
