/** A point of an event: local time of `timeZone` (a Windows or IANA name), no offset. Input may end in `Z` instead. */
export type MicrosoftEventTime = { dateTime: string; timeZone?: string };

type MicrosoftPerson = { emailAddress: { name?: string; address?: string } };

type MicrosoftResponse = {
  response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  /** 0001-01-01T00:00:00Z when unset. */
  time?: string;
};

type MicrosoftAttendee = MicrosoftPerson & {
  type?: 'required' | 'optional' | 'resource';
  status?: MicrosoftResponse;
};

type Weekday = 'sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday';

export type MicrosoftRecurrence = {
  pattern: {
    type: 'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly';
    interval?: number;
    month?: number;
    dayOfMonth?: number;
    daysOfWeek?: Weekday[];
    firstDayOfWeek?: Weekday;
    index?: 'first' | 'second' | 'third' | 'fourth' | 'last';
  };
  range: {
    type: 'endDate' | 'noEnd' | 'numbered';
    startDate?: string;
    endDate?: string;
    numberOfOccurrences?: number;
    recurrenceTimeZone?: string;
  };
};

/** What a test or the demo may say about an event; everything else Graph fills in itself. */
export type MicrosoftEventInput = {
  subject?: string;
  body?: { contentType: 'html' | 'text'; content: string };
  start: MicrosoftEventTime;
  end: MicrosoftEventTime;
  isAllDay?: boolean;
  recurrence?: MicrosoftRecurrence;
  location?: Record<string, unknown> & { displayName?: string };
  locations?: Record<string, unknown>[];
  attendees?: MicrosoftAttendee[];
  /** Absent: the calendar's owner. */
  organizer?: MicrosoftPerson;
  isOrganizer?: boolean;
  responseStatus?: MicrosoftResponse;
  isCancelled?: boolean;
  isDraft?: boolean;
  isOnlineMeeting?: boolean;
  onlineMeetingProvider?: 'unknown' | 'teamsForBusiness' | 'skypeForBusiness' | 'skypeForConsumer';
  onlineMeeting?: Record<string, unknown> & { joinUrl?: string };
  onlineMeetingUrl?: string;
  showAs?: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
  sensitivity?: 'normal' | 'personal' | 'private' | 'confidential';
  importance?: 'low' | 'normal' | 'high';
  categories?: string[];
  hideAttendees?: boolean;
  iCalUId?: string;
  /** Defaults to the zones of start and end; may be `tzone://Microsoft/Custom`. */
  originalStartTimeZone?: string;
  originalEndTimeZone?: string;
};

/** A change to an event: absent fields stay, `null` clears a field. */
export type MicrosoftEventPatch = {
  [Field in keyof MicrosoftEventInput]?: MicrosoftEventInput[Field] | (Field extends 'start' | 'end' ? never : null);
};

export type MicrosoftEventType = 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';

/** The event resource on the wire. Stubs of occurrences have neither subject nor anything else optional. */
export type MicrosoftEvent = Omit<Partial<MicrosoftEventInput>, 'start' | 'end' | 'recurrence' | 'onlineMeeting'> & {
  id: string;
  '@odata.type'?: '#microsoft.graph.event';
  '@odata.etag'?: string;
  '@removed'?: { reason: 'deleted' | 'changed' };
  type?: MicrosoftEventType;
  seriesMasterId?: string | null;
  start?: Required<MicrosoftEventTime>;
  end?: Required<MicrosoftEventTime>;
  recurrence?: MicrosoftRecurrence | null;
  onlineMeeting?: MicrosoftEventInput['onlineMeeting'] | null;
  bodyPreview?: string;
  originalStart?: string;
  changeKey?: string;
  createdDateTime?: string;
  lastModifiedDateTime?: string;
  webLink?: string;
};
