import type { Temporal } from 'temporal-polyfill';
import type { GoogleEvent, GoogleEventInput } from '../simulators/google/google-event.ts';
import { type GoogleSimulator, startGoogleSimulator } from '../simulators/google/google-simulator.ts';
import { type MeetingProduct, meetingLinks } from './meeting-links.ts';
import { readNewEntries } from './read-new-entries.ts';
import type { Guest, Meeting, MeetingPlan, SimulatedPerson, SimulatedPlatform } from './simulated-person.ts';

type Linked = Pick<GoogleEventInput, 'location' | 'description' | 'hangoutLink' | 'conferenceData'>;

/** Where each product puts its link in a Google event. */
const placeLink: Readonly<Record<MeetingProduct, (uri: string) => Linked>> = {
  Meet: (uri) => {
    const entryPoints = [{ entryPointType: 'video', uri, label: uri.slice('https://'.length) }];
    const conferenceSolution = { key: { type: 'hangoutsMeet' }, name: 'Google Meet' };
    return { hangoutLink: uri, conferenceData: { entryPoints, conferenceSolution } };
  },
  Zoom: (uri) => ({ location: uri }),
  Teams: (uri) => ({
    description: `<p>Microsoft Teams meeting</p><a href="${uri}">Click here to join the meeting</a>`,
  }),
};

const createLink = (product: MeetingProduct): Linked => placeLink[product](meetingLinks[product](Math.random));

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

const attendee = (guest: Guest) => ({
  email: guest.email,
  ...(guest.name !== undefined && { displayName: guest.name }),
});

function toEvent(plan: MeetingPlan, owner: Guest, zone: string): GoogleEventInput {
  const { title, weekly, organizer = owner, guests, link } = plan;
  const point = (moment: Temporal.PlainDateTime) =>
    plan.isAllDay === true
      ? { date: moment.toPlainDate().toString() }
      : { dateTime: moment.toString({ smallestUnit: 'second' }), timeZone: zone };
  const days = weekly?.on.map((day) => weekdays[day - 1]).join(',');
  const count = weekly?.times === undefined ? '' : `;COUNT=${weekly.times}`;
  return {
    summary: title,
    start: point(plan.start),
    end: point(plan.end),
    organizer: attendee(organizer),
    ...(weekly && { recurrence: [`RRULE:FREQ=WEEKLY;BYDAY=${days}${count}`] }),
    ...(guests && {
      attendees: [
        { ...attendee(organizer), organizer: true, responseStatus: 'accepted' as const },
        ...guests.map((guest) => ({ ...attendee(guest), responseStatus: 'needsAction' as const })),
      ],
    }),
    ...(link && createLink(link)),
    ...(plan.isPrivate === true && { visibility: 'private' as const }),
    ...(plan.isAway === true && { eventType: 'outOfOffice' as const, transparency: 'opaque' as const }),
  };
}

function toMeeting(event: GoogleEvent): Meeting {
  const { id, summary = '', start, end } = event;
  return {
    id,
    title: summary,
    start: Date.parse(start?.dateTime ?? start?.date ?? ''),
    end: Date.parse(end?.dateTime ?? end?.date ?? ''),
    isAllDay: start?.date !== undefined,
    isOfSeries: event.recurringEventId !== undefined,
    isPrivate: event.visibility === 'private',
    hasLink: event.hangoutLink !== undefined || /https:/.test(`${event.location ?? ''}${event.description ?? ''}`),
  };
}

function addPerson(google: GoogleSimulator, person: Parameters<SimulatedPlatform['addPerson']>[0], zone: string) {
  const account = google.addAccount({ email: person.email });
  const calendar = google.addCalendar(account, { timeZone: zone, summary: person.name });
  // One more to choose; nothing is in it, and the demo does not connect it.
  google.addCalendar(account, { id: 'team@group.calendar.google.com', timeZone: zone, summary: 'Team' });
  const point = (instant: number) => ({ dateTime: new Date(instant).toISOString(), timeZone: zone });
  return {
    ...person,
    platform: 'google',
    account,
    calendar,
    meetings: (from, to) => google.truth(calendar, { from, to }).map(toMeeting),
    plan: (meeting) => google.insertEvent(calendar, toEvent(meeting, person, zone)),
    planMany: (meetings) =>
      google.insertMany(
        calendar,
        meetings.map((meeting) => toEvent(meeting, person, zone)),
      ),
    move: (id, start, end) => google.patchEvent(calendar, id, { start: point(start), end: point(end) }),
    rename: (id, title) => google.patchEvent(calendar, id, { summary: title }),
    cancel: (id) => google.deleteEvent(calendar, id),
    addLink: (id, product) => google.patchEvent(calendar, id, createLink(product)),
    countCalls: (kind) =>
      kind === undefined
        ? google.requests.filter((request) => request.account === account.email).length
        : google.count(kind, { account: account.email }),
    modifiedAt: ({ updated }) => Date.parse(String(updated)),
    sampleChange: {
      url: `${google.url}/_sim/events?calendar=${calendar}`,
      body: { summary: 'Lunch with you', location: 'https://zoom.us/j/85746352410' },
    },
  } satisfies SimulatedPerson;
}

/** Starts the simulator of Google Calendar on a free loopback port. */
export async function startGooglePlatform(): Promise<SimulatedPlatform> {
  const google = await startGoogleSimulator();
  const newNotifications = readNewEntries(google.notifications);
  return {
    label: 'Google',
    url: google.url,
    settings: { GOOGLE_API_URL: google.url, GOOGLE_AUTH_URL: google.url, GOOGLE_OAUTH_URL: google.url },
    addPerson: (person, zone) => addPerson(google, person, zone),
    takeNotified: () =>
      newNotifications().flatMap(({ channelId, state, status = 0 }) => {
        const calendar = google.channels.get(channelId)?.calendarId;
        return state === 'exists' && status < 300 && calendar !== undefined ? [calendar] : [];
      }),
    idle: () => google.idle(),
    close: () => google.close(),
  };
}
