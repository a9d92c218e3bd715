import type { EventContent } from '../../shared/events/calendar-event.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';

/** An event with only the given fields; all others are empty. */
export const createEventContent = (given: Partial<EventContent> = {}): EventContent => ({
  platform_uuid: 'a',
  start_time: timestampOf(0),
  end_time: timestampOf(0),
  name: null,
  meeting_url: null,
  meeting_platform: null,
  attendees: [],
  attendees_omitted: false,
  ical_uid: null,
  is_all_day: false,
  time_zone: null,
  organizer: null,
  response_status: null,
  status: 'confirmed',
  recurring_event_id: null,
  visibility: null,
  event_type: null,
  raw: {},
  ...given,
});
