import type { Temporal } from 'temporal-polyfill';
import type {
  MicrosoftEvent,
  MicrosoftEventInput,
  MicrosoftRecurrence,
} from '../simulators/microsoft/microsoft-event.ts';
import { type MicrosoftSimulator, startMicrosoftSimulator } from '../simulators/microsoft/microsoft-simulator.ts';
import type { TenantApp } from './list-shell-values.ts';
import { type MeetingProduct, meetingLinks } from './meeting-links.ts';
import { readNewEntries } from './read-new-entries.ts';
import type { Guest, Meeting, MeetingPlan, SimulatedPerson, SimulatedPlatform } from './simulated-person.ts';

type Linked = Pick<
  MicrosoftEventInput,
  'location' | 'body' | 'isOnlineMeeting' | 'onlineMeetingProvider' | 'onlineMeeting'
>;

/** Where each product puts its link in an Outlook event. */
const placeLink: Readonly<Record<MeetingProduct, (url: string) => Linked>> = {
  Meet: (url) => ({
    body: { contentType: 'html', content: `<p>Join with Google Meet</p><a href="${url}">${url}</a>` },
  }),
  Zoom: (url) => ({ location: { displayName: url } }),
  Teams: (url) => ({
    isOnlineMeeting: true,
    onlineMeetingProvider: 'teamsForBusiness',
    onlineMeeting: { joinUrl: url },
  }),
};

const createLink = (product: MeetingProduct): Linked => placeLink[product](meetingLinks[product](Math.random));

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const recipient = ({ email, name }: Guest) => ({
  emailAddress: { address: email, ...(name !== undefined && { name }) },
});

function toRecurrence({ on, times }: NonNullable<MeetingPlan['weekly']>): MicrosoftRecurrence {
  const daysOfWeek = weekdays.filter((_day, index) => on.includes(index + 1));
  return {
    pattern: { type: 'weekly', interval: 1, daysOfWeek },
    range: times === undefined ? { type: 'noEnd' } : { type: 'numbered', numberOfOccurrences: times },
  };
}

function toEvent(plan: MeetingPlan, zone: string): MicrosoftEventInput {
  const { title, weekly, organizer, guests, link } = plan;
  const point = (moment: Temporal.PlainDateTime) => ({
    dateTime: moment.toString({ smallestUnit: 'second' }),
    timeZone: zone,
  });
  return {
    subject: title,
    start: point(plan.start),
    end: point(plan.end),
    isAllDay: plan.isAllDay === true,
    ...(organizer && { organizer: recipient(organizer) }),
    ...(weekly && { recurrence: toRecurrence(weekly) }),
    ...(guests && {
      attendees: guests.map((guest) => ({ ...recipient(guest), status: { response: 'notResponded' as const } })),
    }),
    ...(link && createLink(link)),
    ...(plan.isPrivate === true && { sensitivity: 'private' as const }),
    ...(plan.isAway === true && { showAs: 'oof' as const }),
  };
}

function toMeeting(event: MicrosoftEvent): Meeting {
  const { id, subject = '', start, end, isAllDay = false, location, body, onlineMeeting } = event;
  // The simulator's own copy of an event is in UTC, but its text has no zone.
  const instant = (point: typeof start): number => Date.parse(`${point?.dateTime.slice(0, 19)}Z`);
  return {
    id,
    title: subject,
    start: instant(start),
    end: instant(end),
    isAllDay,
    isOfSeries: typeof event.seriesMasterId === 'string',
    isPrivate: event.sensitivity === 'private',
    hasLink:
      typeof onlineMeeting?.joinUrl === 'string' ||
      /https:/.test(`${location?.displayName ?? ''}${body?.content ?? ''}`),
  };
}

function addPerson(microsoft: MicrosoftSimulator, person: Parameters<SimulatedPlatform['addPerson']>[0], zone: string) {
  const account = microsoft.addAccount({ email: person.email, displayName: person.name, timeZone: zone });
  const calendar = microsoft.addCalendar(account);
  const point = (instant: number) => ({ dateTime: new Date(instant).toISOString(), timeZone: zone });
  return {
    ...person,
    platform: 'microsoft',
    account,
    calendar,
    meetings: (from, to) => microsoft.truth(calendar, { from, to }).map(toMeeting),
    plan: (meeting) => microsoft.insertEvent(calendar, toEvent(meeting, zone)),
    planMany: (meetings) =>
      microsoft.insertMany(
        calendar,
        meetings.map((meeting) => toEvent(meeting, zone)),
      ),
    move: (id, start, end) => microsoft.patchEvent(calendar, id, { start: point(start), end: point(end) }),
    rename: (id, title) => microsoft.patchEvent(calendar, id, { subject: title }),
    cancel: (id) => microsoft.deleteEvent(calendar, id),
    addLink: (id, product) => microsoft.patchEvent(calendar, id, createLink(product)),
    countCalls: (kind) =>
      kind === undefined
        ? microsoft.requests.filter((request) => request.account === account.email).length
        : microsoft.count(kind, { account: account.email }),
    modifiedAt: ({ lastModifiedDateTime }) => Date.parse(String(lastModifiedDateTime)),
    sampleChange: {
      // Without a calendar id, because Graph's ids are long. The simulator needs none while it has one calendar.
      url: `${microsoft.url}/_sim/events`,
      body: { subject: 'Coffee with you', location: { displayName: 'https://zoom.us/j/89463521704' } },
    },
  } satisfies SimulatedPerson;
}

export interface MicrosoftPlatform extends SimulatedPlatform {
  /** Adds an app that may read every calendar of the people's tenant, and a user of the tenant who has no mailbox. */
  addTenantApp: () => TenantApp;
}

/** Starts the simulator of Microsoft 365 (Graph and its sign-in) on a free loopback port. */
export async function startMicrosoftPlatform(): Promise<MicrosoftPlatform> {
  const microsoft = await startMicrosoftSimulator();
  const newNotifications = readNewEntries(microsoft.notifications);
  return {
    label: 'Microsoft',
    url: microsoft.url,
    settings: { MICROSOFT_GRAPH_URL: microsoft.url, MICROSOFT_LOGIN_URL: microsoft.url },
    addPerson: (person, zone) => addPerson(microsoft, person, zone),
    addTenantApp: () => {
      microsoft.addAccount({ email: 'mia@example.com', displayName: 'Mia', hasMailbox: false });
      return microsoft.addApplication({ clientId: 'fdbe5a43-4a4e-4b37-b5a4-3b1d0a3a3a2c' });
    },
    takeNotified: () =>
      newNotifications()
        .filter(({ lifecycle, status = 0 }) => !lifecycle && status >= 200 && status < 300)
        .flatMap(({ subscriptionIds }) => subscriptionIds)
        .flatMap((id) => microsoft.subscriptions.get(id)?.calendarId ?? []),
    idle: () => microsoft.idle(),
    close: () => microsoft.close(),
  };
}
