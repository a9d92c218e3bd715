import type { GoogleEvent } from '../simulators/google/google-event.ts';
import type { GoogleSimulator } from '../simulators/google/google-simulator.ts';
import { colleagueOf, type Person } from './demo-people.ts';
import { meetingLinks } from './meeting-links.ts';
import { slot, workday } from './seed-calendars.ts';
import type { WhenText } from './when-text.ts';

/** One change of someone's calendar, chosen but not yet made. */
export interface Change {
  person: Person;
  /** e.g. `Ada moves "Design review" from Tue 24 Nov 15:00 to 15:30` */
  headline: string;
  /** Makes the change. @returns id of the event at the provider */
  apply: () => string;
}

export interface ChangeDeps {
  google: GoogleSimulator;
  zone: string;
  when: WhenText;
  now: () => number;
  random: () => number;
}

/** A calendar keeps between these many single events, however long the demo runs. */
const fewest = 4;
const most = 9;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const topics = [
  'Hiring sync',
  'Pricing workshop',
  'Incident review',
  'Roadmap Q1',
  'Press interview',
  'Vendor demo',
  'Security audit',
  'Onboarding: new analyst',
  'Brand refresh',
  'Data migration check-in',
];

const startOf = (event: GoogleEvent): number => Date.parse(event.start?.dateTime ?? '');
const hasLink = (event: GoogleEvent): boolean =>
  event.hangoutLink !== undefined || /https:/.test(`${event.location ?? ''}${event.description ?? ''}`);

/**
 * Chooses what happens next in someone's calendar: a meeting moved, renamed, planned, cancelled, or given a link. Series
 * lose and move single instances only.
 */
export function chooseChange(deps: ChangeDeps, person: Person): Change {
  const { google, zone, when, now, random } = deps;
  const calendar = person.email;
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const change = (headline: string, apply: () => string): Change => ({
    person,
    headline: `${person.name} ${headline}`,
    apply,
  });
  const patch = (event: GoogleEvent, fields: Parameters<GoogleSimulator['patchEvent']>[2]) => (): string => {
    google.patchEvent(calendar, event.id, fields);
    return event.id;
  };

  const timed = google
    .truth(calendar, { from: now() + HOUR_MS, to: now() + 10 * DAY_MS })
    .filter((event) => event.start?.dateTime !== undefined);
  const singles = timed.filter((event) => event.recurringEventId === undefined);
  const isTaken = (topic: string): boolean => timed.some(({ summary }) => summary === topic);
  const freshTopic = (): string => pick(topics.filter((topic) => !isTaken(topic))) ?? 'Something else';

  const plan = (): Change => {
    const colleague = colleagueOf(person);
    const hour = 9 + Math.floor(random() * 8);
    const times = slot(workday(1 + Math.floor(random() * 4), zone), `${String(hour).padStart(2, '0')}:00`, 45, zone);
    const [summary, link] = [freshTopic(), pick(['Meet', 'Zoom', 'Teams', undefined] as const)];
    const attendees = [{ email: person.email, organizer: true }, { email: colleague.email }];
    const event = { summary, ...times, attendees, ...(link && meetingLinks[link](random)) };
    return change(`plans "${summary}" with ${colleague.name}`, () => google.insertEvent(calendar, event));
  };
  const cancel = (event: GoogleEvent): Change =>
    change(`cancels "${event.summary}", ${when.start(startOf(event))}`, patch(event, { status: 'cancelled' }));
  const rename = (event: GoogleEvent): Change => {
    const summary = freshTopic();
    return change(`renames "${event.summary}" to "${summary}"`, patch(event, { summary }));
  };
  const addLink = (event: GoogleEvent): Change => {
    const link = pick(['Meet', 'Zoom', 'Teams'] as const) ?? 'Meet';
    return change(`adds a ${link} link to "${event.summary}"`, patch(event, meetingLinks[link](random)));
  };
  const move = (event: GoogleEvent): Change => {
    const from = startOf(event);
    // Back towards noon, so that nobody meets at night in the end.
    const step = (when.hour(from) < 12 ? 1 : -1) * (random() < 0.5 ? 0.5 : 1) * HOUR_MS;
    const shift = (time: string | undefined) => ({
      dateTime: new Date(Date.parse(time ?? '') + step).toISOString(),
      timeZone: zone,
    });
    return change(
      `moves "${event.summary}" from ${when.start(from)} to ${when.clock(from + step)}`,
      patch(event, { start: shift(event.start?.dateTime), end: shift(event.end?.dateTime) }),
    );
  };

  const single = pick(singles);
  if (single === undefined || singles.length < fewest) return plan();
  if (singles.length > most) return cancel(single);
  // Nobody meets their dentist on Zoom.
  const open = singles.filter(({ visibility }) => visibility !== 'private');
  const bare = pick(open.filter((event) => !hasLink(event)));
  const renamed = pick(open);
  const moved = pick(timed) ?? single;
  const choices = [
    plan,
    () => cancel(single),
    () => move(moved),
    () => move(single),
    ...(renamed === undefined ? [] : [() => rename(renamed)]),
    ...(bare === undefined ? [] : [() => addLink(bare)]),
  ];
  return (pick(choices) ?? plan)();
}
