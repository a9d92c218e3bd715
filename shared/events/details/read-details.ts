import type { Platform } from '../../calendars/calendar.ts';
import { type SeriesId, seriesIdOf } from '../../platform/ids.ts';
import type { CalendarEvent, EventContent } from '../calendar-event.ts';
import type { EventDetails } from './event-details.ts';
import { readGoogleDetails } from './google-details.ts';
import { noGuest } from './guests.ts';
import { readMicrosoftDetails } from './microsoft-details.ts';

const readers: Record<Platform, (content: EventContent) => EventDetails> = {
  google: readGoogleDetails,
  microsoft: readMicrosoftDetails,
};

/** Fields that events of Graph have and events of Google do not. */
const graphFields = [
  'isAllDay',
  'showAs',
  'subject',
  'sensitivity',
  'isCancelled',
  'bodyPreview',
  'seriesMasterId',
  'type',
];

/** Which provider an event comes from: its row does not name it. */
export const platformOf = (raw: Record<string, unknown>): Platform =>
  graphFields.some((field) => Object.hasOwn(raw, field)) ? 'microsoft' : 'google';

/**
 * What the API shows of an event beside its stored fields. It is read from the provider's event, so that old rows have it
 * as well, and no row has it twice. Never throws: what a provider has in a form that is not known is null, or the default
 * of its closed list.
 */
export const readDetails = (content: EventContent): EventDetails =>
  content.details ?? readers[platformOf(content.raw)](content);

/** The series of an event; null for an event without one. Stable over splits (docs/api-compatibility.md#calendar-events). */
export const seriesOf = (
  event: Pick<CalendarEvent, 'calendar_id'>,
  { series_key: key }: Pick<EventDetails, 'series_key'>,
): SeriesId | null => (key === null ? null : seriesIdOf(event.calendar_id, key));

/** An event with all fields that the API shows of it, except for ids and stamps, in the API's names. */
export function describeEvent(content: EventContent) {
  const { guests, series_key, ...details } = readDetails(content);
  const attendees = content.attendees.map(({ email, name, self }, index) => {
    const guest = guests[index] ?? noGuest;
    return { email, name, ...guest, self: guest.self || self === true };
  });
  const { details: _stored, body_links: _links, ...event } = content;
  return { ...event, attendees, ...details, series_key };
}
