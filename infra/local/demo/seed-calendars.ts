import { Temporal } from 'temporal-polyfill';
import type { GoogleEventInput } from '../simulators/google/google-event.ts';
import type { GoogleSimulator } from '../simulators/google/google-simulator.ts';
import { ada, ben, colleagueOf, type Person, people } from './demo-people.ts';
import { meetingLinks } from './meeting-links.ts';

/** The working day, in the demo's zone, `days` working days after today (0: today, if it is one). */
export function workday(days: number, zone: string): Temporal.PlainDate {
  let date = Temporal.Now.plainDateISO(zone);
  for (let left = days; ; date = date.add({ days: 1 })) {
    if (date.dayOfWeek > 5) continue;
    if (left === 0) return date;
    left -= 1;
  }
}

/** @param time e.g. `09:30`, local @param minutes how long it lasts */
export function slot(date: Temporal.PlainDate, time: string, minutes: number, zone: string) {
  const start = date.toPlainDateTime(Temporal.PlainTime.from(time));
  const wall = (moment: Temporal.PlainDateTime) => ({
    dateTime: moment.toString().slice(0, 16) + ':00',
    timeZone: zone,
  });
  return { start: wall(start), end: wall(start.add({ minutes })) };
}

const allDay = (date: Temporal.PlainDate, days: number) => ({
  start: { date: date.toString() },
  end: { date: date.add({ days }).toString() },
});

const invite = (organizer: Person, ...others: { email: string; name?: string }[]): GoogleEventInput => ({
  organizer: { email: organizer.email, displayName: organizer.name },
  attendees: [
    { email: organizer.email, displayName: organizer.name, organizer: true, responseStatus: 'accepted' },
    ...others.map(({ email, name }) => ({
      email,
      ...(name !== undefined && { displayName: name }),
      responseStatus: 'needsAction' as const,
    })),
  ],
});

const grace = { email: 'grace@customer.example', name: 'Grace Lind' };
const noor = { email: 'noor@candidate.example' };

/** A calendar as people have them: series and single events, with and without links, all-day, private. */
function seedEvents(person: Person, zone: string, random: () => number): GoogleEventInput[] {
  const { Meet, Zoom, Teams } = meetingLinks;
  const monday = Temporal.Now.plainDateISO(zone).subtract({ days: Temporal.Now.plainDateISO(zone).dayOfWeek - 1 });
  const day = (days: number) => workday(days, zone);
  const at = (date: Temporal.PlainDate, time: string, minutes: number) => slot(date, time, minutes, zone);
  const team = invite(ada, ben, { email: 'mia@example.com', name: 'Mia' });
  const shared: GoogleEventInput[] = [
    {
      summary: 'Daily standup',
      ...at(monday, '09:30', 15),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
      ...team,
      ...Meet(random),
    },
    {
      summary: '1:1 Ada / Ben',
      ...at(monday.add({ days: 1 }), '14:00', 30),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU'],
      ...invite(person, colleagueOf(person)),
      ...Zoom(random),
    },
  ];
  if (person === ben) {
    return [
      ...shared,
      { summary: 'Interview: backend engineer', ...at(day(2), '13:00', 60), ...invite(ben, noor), ...Zoom(random) },
      { summary: 'Release retro', ...at(day(3), '16:00', 45), ...team },
      { summary: 'Dentist', ...at(day(4), '08:30', 45), visibility: 'private' },
      { summary: 'Capacity planning', ...at(day(1), '15:00', 60), ...invite(ben, ada), ...Teams(random) },
      { summary: 'Vacation', ...allDay(day(9), 2), eventType: 'outOfOffice', transparency: 'opaque' },
    ];
  }
  return [
    ...shared,
    {
      summary: 'Northwind: weekly call',
      ...at(monday.add({ days: 3 }), '11:00', 30),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TH'],
      ...invite(ada, grace),
      ...Teams(random),
    },
    { summary: 'Design review', ...at(day(1), '15:00', 60), ...team },
    { summary: 'Budget review', ...at(day(2), '16:00', 45), ...invite(ada, { email: 'cfo@example.com' }) },
    { summary: 'Contract with Northwind', ...at(day(3), '10:00', 30), ...invite(ada, grace), ...Zoom(random) },
    { summary: 'Team offsite', ...allDay(day(6), 1) },
  ];
}

/** Someone with an account at the simulator. */
export interface Owner {
  person: Person;
  account: ReturnType<GoogleSimulator['addAccount']>;
}

/** Gives everyone an account, a calendar in the given zone and its events. */
export function seedCalendars(google: GoogleSimulator, zone: string, random: () => number = Math.random): Owner[] {
  return people.map((person) => {
    const account = google.addAccount({ email: person.email });
    const calendar = google.addCalendar(account, { timeZone: zone, summary: person.name });
    google.insertMany(calendar, seedEvents(person, zone, random));
    return { person, account };
  });
}
