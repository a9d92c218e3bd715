import { colleagueOf } from './demo-people.ts';
import { meetingProducts } from './meeting-links.ts';
import { slot, workday } from './seed-calendars.ts';
import type { Meeting, MeetingPlan, SimulatedPerson } from './simulated-person.ts';
import type { WhenText } from './when-text.ts';

/** One change of a person's calendar, chosen but not yet made. */
export interface Change {
  /** e.g. `Ada moves "Design review" from Tue 24 Nov 15:00 to 15:30` */
  headline: string;
  /** Makes the change. @returns the event's id at the provider */
  apply: () => string;
}

export interface ChangeDeps {
  zone: string;
  when: WhenText;
  now: () => number;
  random: () => number;
}

/** The number of single meetings in a calendar stays between these two, however long the demo runs. */
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

/**
 * Chooses the next change of a person's calendar: a meeting is planned, moved, renamed or cancelled or gets a link, or
 * one occurrence of a series is moved.
 */
export function chooseChange({ zone, when, now, random }: ChangeDeps, person: SimulatedPerson): Change {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const change = (headline: string, apply: () => string): Change => ({ headline: `${person.name} ${headline}`, apply });
  const changeOne = (headline: string, { id }: Meeting, apply: (id: string) => void): Change =>
    change(headline, () => {
      apply(id);
      return id;
    });

  const timed = person.meetings(now() + HOUR_MS, now() + 10 * DAY_MS).filter(({ isAllDay }) => !isAllDay);
  const singles = timed.filter(({ isOfSeries }) => !isOfSeries);
  const freshTopic = (): string =>
    pick(topics.filter((topic) => !timed.some(({ title }) => title === topic))) ?? 'Something else';

  const plan = (): Change => {
    const colleague = colleagueOf(person);
    const time = `${String(9 + Math.floor(random() * 8)).padStart(2, '0')}:00`;
    const link = pick([...meetingProducts, undefined]);
    const meeting: MeetingPlan = {
      title: freshTopic(),
      ...slot(workday(1 + Math.floor(random() * 4), zone), time, 45),
      guests: [colleague],
      ...(link && { link }),
    };
    return change(`plans "${meeting.title}" with ${colleague.name}`, () => person.plan(meeting));
  };
  const cancel = (meeting: Meeting): Change =>
    changeOne(`cancels "${meeting.title}", ${when.start(meeting.start)}`, meeting, person.cancel);
  const rename = (meeting: Meeting): Change => {
    const title = freshTopic();
    return changeOne(`renames "${meeting.title}" to "${title}"`, meeting, (id) => person.rename(id, title));
  };
  const addLink = (meeting: Meeting): Change => {
    const product = pick(meetingProducts) ?? 'Meet';
    return changeOne(`adds a ${product} link to "${meeting.title}"`, meeting, (id) => person.addLink(id, product));
  };
  const move = (meeting: Meeting): Change => {
    const { title, start, end, isOfSeries } = meeting;
    // Towards noon, so that no meeting moves into the night after many changes.
    const step = (when.hour(start) < 12 ? 1 : -1) * (random() < 0.5 ? 0.5 : 1) * HOUR_MS;
    const what = `${isOfSeries ? 'one occurrence of ' : ''}"${title}"`;
    return changeOne(`moves ${what} from ${when.start(start)} to ${when.clock(start + step)}`, meeting, (id) =>
      person.move(id, start + step, end + step),
    );
  };

  const single = pick(singles);
  if (single === undefined || singles.length < fewest) return plan();
  if (singles.length > most) return cancel(single);
  // Private events, e.g. a dentist's appointment, get no meeting link.
  const open = singles.filter(({ isPrivate }) => !isPrivate);
  const bare = pick(open.filter(({ hasLink }) => !hasLink));
  const renamed = pick(open);
  const occurrence = pick(timed.filter(({ isOfSeries }) => isOfSeries));
  const choices = [
    plan,
    () => cancel(single),
    () => move(single),
    ...(occurrence === undefined ? [] : [() => move(occurrence)]),
    ...(renamed === undefined ? [] : [() => rename(renamed)]),
    ...(bare === undefined ? [] : [() => addLink(bare)]),
  ];
  return (pick(choices) ?? plan)();
}
