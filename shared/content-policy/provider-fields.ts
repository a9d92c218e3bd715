import type { Platform } from '../calendars/calendar.ts';
import type { ContentField } from './content-policy.ts';

interface ProviderFields {
  /** What every policy keeps: ids, times and whether the owner is busy. */
  always: readonly string[];
  /** What belongs to a field of the API. */
  of: Record<ContentField, readonly string[]>;
}

const words = (text: string): string[] => text.split(' ');

/** Fields of an event at its provider. What is not named here, no policy but `full` and `no_description` keeps. */
export const providerFields: Record<Platform, ProviderFields> = {
  google: {
    always: words('id status start end originalStartTime recurringEventId created updated transparency'),
    of: {
      name: ['summary'],
      meeting_url: ['hangoutLink'],
      conference: ['conferenceData', 'hangoutLink'],
      location: ['location'],
      description: ['description'],
      attendees: ['attendees', 'attendeesOmitted'],
      organizer: ['organizer'],
      response_status: [],
      visibility: ['visibility'],
      event_type: ['eventType'],
      ical_uid: ['iCalUID'],
    },
  },
  microsoft: {
    always: words(
      'id type isAllDay isCancelled start end originalStart originalStartTimeZone seriesMasterId createdDateTime ' +
        'lastModifiedDateTime showAs',
    ),
    of: {
      name: ['subject'],
      meeting_url: ['onlineMeetingUrl'],
      conference: ['onlineMeeting', 'onlineMeetingProvider', 'onlineMeetingUrl', 'isOnlineMeeting'],
      location: ['location', 'locations'],
      description: ['body', 'bodyPreview'],
      attendees: ['attendees', 'hideAttendees'],
      organizer: ['organizer', 'isOrganizer'],
      response_status: ['responseStatus'],
      visibility: ['sensitivity'],
      event_type: [],
      ical_uid: ['iCalUId'],
    },
  },
};

/** The text of an event, at both providers. */
export const bodyFields = ['description', 'body', 'bodyPreview'] as const;
