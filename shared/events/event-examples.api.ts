import type * as z from 'zod';
import { botExample } from '../bots/bot-examples.api.ts';
import type { calendarEventOut } from './calendar-event.api.ts';
import type { calendarChangeOut } from './change-feed/calendar-change.api.ts';
import type { meetingLinksOut } from './meeting-links.api.ts';

export const eventExample: z.output<typeof calendarEventOut> = {
  id: 'evt_4Hs8Kd0PqLmZx2Vb',
  calendar_id: 'cal_8Jk2nVx0QwErTy12',
  platform_uuid: '7kukuqrfedlm2f9t0e3c5a2q1b',
  meeting_url: 'https://zoom.us/j/5551112222',
  name: 'Planning',
  start_time: '2026-11-23T10:00:00Z',
  end_time: '2026-11-23T10:30:00Z',
  is_deleted: false,
  attendees: [
    {
      email: 'ana@example.com',
      name: 'Ana',
      response_status: 'accepted',
      organizer: true,
      optional: false,
      resource: false,
      self: true,
    },
    {
      email: 'li@example.com',
      name: null,
      response_status: 'needs_action',
      organizer: false,
      optional: true,
      resource: false,
      self: false,
    },
  ],
  attendees_omitted: false,
  ical_uid: '7kukuqrfedlm2f9t0e3c5a2q1b@google.com',
  raw: { id: '7kukuqrfedlm2f9t0e3c5a2q1b', summary: 'Planning', location: 'https://zoom.us/j/5551112222' },
  bots: [botExample],
  created_at: '2026-11-21T09:30:03.000001Z',
  updated_at: '2026-11-21T09:30:03.000001Z',
  is_all_day: false,
  time_zone: 'Europe/Berlin',
  organizer: { email: 'ana@example.com', name: 'Ana' },
  response_status: 'accepted',
  status: 'confirmed',
  recurring_event_id: null,
  visibility: 'default',
  event_type: 'default',
  meeting_platform: 'zoom',
  busy: 'busy',
  start_date: null,
  end_date: null,
  location: 'https://zoom.us/j/5551112222',
  description: 'What we do next',
  original_start_time: null,
  series_id: null,
  conference: {
    name: 'Zoom Meeting',
    id: '555 111 2222',
    entry_points: [{ type: 'video', uri: 'https://zoom.us/j/5551112222', label: 'zoom.us/j/5551112222', pin: null }],
  },
};

export const changeExample: z.output<typeof calendarChangeOut> = {
  change_id: 'chg_Nm6Lk3Jh9Gf1Ds5A',
  type: 'changed',
  changed_fields: ['start_time', 'end_time'],
  event: eventExample,
};

export const meetingLinksExample: z.output<typeof meetingLinksOut> = {
  reason: 'only_one',
  results: [
    {
      url: 'https://zoom.us/j/5551112222',
      platform: 'zoom',
      place: 'location',
      certainty: 'certain',
      has_passcode: false,
    },
  ],
};
