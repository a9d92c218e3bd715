/** A point of an event as Google sends it: `{date}` for all-day events, `{dateTime, timeZone?}` for timed ones. */
export type GoogleEventTime = { date?: string; dateTime?: string; timeZone?: string };

type GooglePerson = { email?: string; displayName?: string; self?: boolean };

type GoogleAttendee = GooglePerson & {
  organizer?: boolean;
  resource?: boolean;
  optional?: boolean;
  responseStatus?: 'needsAction' | 'declined' | 'tentative' | 'accepted';
  additionalGuests?: number;
  comment?: string;
};

/** What a test or the demo may say about an event; everything else Google fills in itself. */
export type GoogleEventInput = {
  id?: string;
  status?: 'confirmed' | 'tentative' | 'cancelled';
  summary?: string;
  description?: string;
  location?: string;
  start?: GoogleEventTime;
  end?: GoogleEventTime;
  endTimeUnspecified?: boolean;
  recurrence?: string[];
  iCalUID?: string;
  organizer?: GooglePerson;
  creator?: GooglePerson;
  attendees?: GoogleAttendee[];
  conferenceData?: Record<string, unknown>;
  hangoutLink?: string;
  visibility?: 'default' | 'public' | 'private' | 'confidential';
  transparency?: 'opaque' | 'transparent';
  eventType?: GoogleEventType;
  extendedProperties?: { private?: Record<string, string>; shared?: Record<string, string> };
  colorId?: string;
  attachments?: Record<string, unknown>[];
};

export type GoogleEventType = 'birthday' | 'default' | 'focusTime' | 'fromGmail' | 'outOfOffice' | 'workingLocation';

/** A change to an event: absent fields stay, `null` clears a field. */
export type GoogleEventPatch = { [Field in keyof Omit<GoogleEventInput, 'id'>]?: GoogleEventInput[Field] | null };

/** The event resource on the wire. Only `id` and `status` are certain: tombstones carry nothing else. */
export type GoogleEvent = Omit<GoogleEventInput, 'id' | 'status'> & {
  id: string;
  status: 'confirmed' | 'tentative' | 'cancelled';
  kind?: 'calendar#event';
  etag?: string;
  htmlLink?: string;
  created?: string;
  updated?: string;
  sequence?: number;
  recurringEventId?: string;
  originalStartTime?: GoogleEventTime;
  attendeesOmitted?: boolean;
  reminders?: { useDefault: boolean };
};
