import { Temporal } from 'temporal-polyfill';
import { ada, ben } from './demo-people.ts';
import type { MeetingPlan, SimulatedPerson } from './simulated-person.ts';
import type { SimulatedPlatforms } from './start-simulated-stack.ts';

/** Returns the day that is `days` working days after today in a zone. 0 is today, or the next working day on a weekend. */
export function workday(days: number, zone: string): Temporal.PlainDate {
  let date = Temporal.Now.plainDateISO(zone);
  for (let left = days; ; date = date.add({ days: 1 })) {
    if (date.dayOfWeek > 5) continue;
    if (left === 0) return date;
    left -= 1;
  }
}

/** Returns start and end of a meeting. @param time e.g. `09:30` @param minutes its duration */
export function slot(date: Temporal.PlainDate, time: string, minutes: number) {
  const start = date.toPlainDateTime(Temporal.PlainTime.from(time));
  return { start, end: start.add({ minutes }) };
}

const allDay = (date: Temporal.PlainDate, days: number) => ({
  start: date.toPlainDateTime(),
  end: date.add({ days }).toPlainDateTime(),
  isAllDay: true,
});

const grace = { email: 'grace@customer.example', name: 'Grace Lind' };
const mia = { email: 'mia@example.com', name: 'Mia' };

/** Plans realistic calendars: series and single events, with and without meeting links, all-day events, private events. */
function planCalendars(zone: string): { forAda: MeetingPlan[]; forBen: MeetingPlan[] } {
  const today = Temporal.Now.plainDateISO(zone);
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const day = (days: number) => workday(days, zone);
  const shared: MeetingPlan[] = [
    {
      title: 'Daily standup',
      ...slot(monday, '09:30', 15),
      weekly: { on: [1, 2, 3, 4, 5] },
      organizer: ada,
      guests: [ben, mia],
      link: 'Meet',
    },
    {
      title: '1:1 Ada / Ben',
      ...slot(monday.add({ days: 1 }), '14:00', 30),
      weekly: { on: [2] },
      organizer: ben,
      guests: [ada],
      link: 'Teams',
    },
  ];
  const forAda: MeetingPlan[] = [
    {
      title: 'Northwind: weekly call',
      ...slot(monday.add({ days: 3 }), '11:00', 30),
      weekly: { on: [4] },
      guests: [grace],
      link: 'Zoom',
    },
    { title: 'Design review', ...slot(day(1), '15:00', 60), guests: [ben, mia] },
    { title: 'Budget review', ...slot(day(2), '16:00', 45), guests: [{ email: 'cfo@example.com' }] },
    { title: 'Contract with Northwind', ...slot(day(3), '10:00', 30), guests: [grace], link: 'Zoom' },
    { title: 'Piano lesson', ...slot(day(2), '18:00', 45), isPrivate: true },
    { title: 'Team offsite', ...allDay(day(6), 1) },
  ];
  const forBen: MeetingPlan[] = [
    {
      title: 'Interview: backend engineer',
      ...slot(day(2), '13:00', 60),
      guests: [{ email: 'noor@candidate.example' }],
      link: 'Teams',
    },
    { title: 'Release retro', ...slot(day(3), '16:00', 45), guests: [ada, mia] },
    { title: 'Dentist', ...slot(day(4), '08:30', 45), isPrivate: true },
    { title: 'Capacity planning', ...slot(day(1), '15:00', 60), guests: [ada], link: 'Zoom' },
    { title: 'Vacation', ...allDay(day(9), 2), isAway: true },
  ];
  return { forAda: [...shared, ...forAda], forBen: [...shared, ...forBen] };
}

/** Creates a Google calendar for Ada and a Microsoft 365 calendar for Ben, in the given zone, and fills them. */
export function seedCalendars(
  { google, microsoft }: SimulatedPlatforms,
  zone: string,
): [SimulatedPerson, SimulatedPerson] {
  const { forAda, forBen } = planCalendars(zone);
  const people = [google.addPerson(ada, zone), microsoft.addPerson(ben, zone)] as const;
  people[0].planMany(forAda);
  people[1].planMany(forBen);
  return [...people];
}
