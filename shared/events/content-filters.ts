import type { CalendarEvent } from './calendar-event.ts';
import { isSameAddress } from './details/guests.ts';
import { readDetails, seriesOf } from './details/read-details.ts';

/** Filters by what only the row of an event has. No index has it, so a page may end early. Absent or null: no filter. */
export interface ContentFilters {
  hasMeetingUrl?: boolean | null;
  /** Address of an attendee, in any case. */
  attendee?: string | null;
  /** `ser_…` */
  seriesId?: string | null;
}

/** Must rows be looked at? */
export const isContentFiltered = ({
  hasMeetingUrl = null,
  attendee = null,
  seriesId = null,
}: ContentFilters): boolean => hasMeetingUrl !== null || attendee !== null || seriesId !== null;

export const matchesContent = (
  event: CalendarEvent,
  { hasMeetingUrl = null, attendee = null, seriesId = null }: ContentFilters,
): boolean =>
  (hasMeetingUrl === null || (event.meeting_url !== null) === hasMeetingUrl) &&
  (attendee === null || isAttendedBy(event, attendee)) &&
  (seriesId === null || seriesOf(event, readDetails(event)) === seriesId);

const isAttendedBy = ({ attendees }: CalendarEvent, email: string): boolean =>
  attendees.some((guest) => isSameAddress(guest.email, email));
