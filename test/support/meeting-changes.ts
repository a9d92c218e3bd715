import * as fc from 'fast-check';
import { invitations } from './shared-meetings.ts';

/** How many calendars the changes are in. */
export const calendarCount = 3;

/** Two rooms in several spellings, one of them also by name; strangers have a wrong passcode. */
export const links = [
  'https://zoom.us/j/85550001111',
  'https://us02web.zoom.us/j/85550001111?pwd=RIGHT',
  'https://evil.zoom.us/j/85550001111?pwd=WRONG',
  'https://acme.zoom.us/my/pat.lee',
  'https://meet.google.com/abc-defg-hij',
];
export const uids = ['a@acme', 'b@acme', undefined];

/** What happens to the calendars and bots of a project, and what of it is worked then. */
export const change = fc.record({
  kind: fc.constantFrom(
    ...(['insert', 'insert', 'insert', 'move', 'place', 'answer', 'remove'] as const),
    ...(['ask', 'ask for link', 'ask for link', 'move bot', 'delete bot', 'hand off', 'end bot'] as const),
  ),
  calendar: fc.nat(calendarCount - 1),
  which: fc.nat(9),
  link: fc.nat(links.length - 1),
  uid: fc.nat(uids.length - 1),
  from: fc.constantFrom(...invitations),
  /** Minutes after the start of the hour, for bots of links. */
  late: fc.constantFrom(-5, 0, 10, 200),
  isSynced: fc.boolean(),
  /** Are all messages worked then, and all of them at once? */
  isQuiet: fc.boolean(),
  areTogether: fc.boolean(),
});
export type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const insertion = {
  kind: 'insert',
  calendar: 0,
  which: 0,
  link: 2,
  uid: 2,
  from: 'stranger',
  late: 0,
  isSynced: true,
  isQuiet: true,
  areTogether: false,
} satisfies Change;

/** An invitation of a stranger has the bot, then the owner's own event of the meeting comes. */
const decoyFirst: Change[] = [insertion, { ...insertion, calendar: 1, link: 1, from: 'own' }];

/**
 * Two events share a link. The better one shares its UID with a third event in another room, which is better still and takes
 * the bot over: the first event is not of that meeting, and gets a bot again.
 */
const sharedByUid: Change[] = [
  { ...insertion, which: 1, link: 3 },
  { ...insertion, which: 1, link: 3, uid: 1, from: 'colleague' },
  { ...insertion, which: 1, link: 1, uid: 1, calendar: 1, from: 'own' },
];

const event = {
  ...insertion,
  link: 0,
  uid: 1,
  from: 'colleague',
  late: -5,
} satisfies Change;

/**
 * The bot of a link stands for the first event of a room, and the second, which overlaps, gets one of rules. Then a user asks
 * for a bot for the first one, too: the room has a bot that the second one's gives way to.
 */
const askedBesideOverlapping: Change[] = [
  { ...insertion, kind: 'ask for link', calendar: 1, which: 8, uid: 1, late: 200 },
  { ...event, kind: 'move bot', calendar: 1, link: 2, from: 'own', late: 0, isSynced: false, isQuiet: false },
  { ...event, calendar: 2, which: 6, uid: 0, areTogether: true },
  { ...event, calendar: 2, which: 3, link: 1, from: 'accepted', isQuiet: false },
  { ...event, kind: 'ask', which: 0, from: 'own', isSynced: false },
];

/**
 * Two events share link and start, and a bot for the link joins when the shorter one is over. It is the bot of the longer
 * one, and the shorter one has a separate bot. Which of the two is decided first depends on their ids, which are random.
 *
 * @param uid of the longer one; the shorter one has number 1, too
 */
const ofTwoLengths = (uid: number): Change[] => [
  { ...insertion, which: 6, link: 1, uid, from: 'accepted', isSynced: false, isQuiet: false },
  { ...insertion, kind: 'ask for link', calendar: 2, link: 4, late: 200 },
  { ...insertion, which: 4, link: 0, uid: 1, areTogether: true },
  { ...insertion, kind: 'ask for link', which: 9, late: 10, isQuiet: false },
  { ...insertion, kind: 'ask for link', which: 2, late: 200 },
  { ...insertion, kind: 'answer', which: 9, from: 'accepted', areTogether: true },
  { ...insertion, kind: 'answer', which: 8, from: 'own' },
];

/**
 * Two copies of a meeting with different ends have a requested bot each, the shorter one first. An event that overlaps with
 * the longer one only must see that the room has a bot.
 */
const askedForBothCopies: Change[] = [
  { ...insertion, which: 4, uid: 0 },
  { ...insertion, kind: 'ask' },
  { ...insertion, calendar: 1, which: 6, uid: 1, from: 'own' },
  { ...insertion, kind: 'ask', which: 1 },
  { ...insertion, kind: 'ask', which: 0 },
  { ...insertion, calendar: 2, which: 1, from: 'own' },
  { ...insertion, kind: 'answer', calendar: 1, which: 1, from: 'accepted' },
];

/**
 * The bot of rules of an event is deleted, an event that overlaps gets one, and then a user asks for a bot for the first:
 * also where rules may give it none, others in the room wait for what it has.
 */
const askedAfterDeletion: Change[] = [
  { ...insertion, which: 6, link: 0, from: 'own' },
  { ...insertion, kind: 'delete bot' },
  { ...insertion, calendar: 1, which: 3, link: 1, from: 'accepted' },
  { ...insertion, kind: 'ask' },
];

/** Changes that rules once went wrong by. */
export const knownFaults: readonly Change[][] = [
  decoyFirst,
  sharedByUid,
  askedBesideOverlapping,
  ...[1, 1, 2, 2].map(ofTwoLengths),
  askedForBothCopies,
  askedAfterDeletion,
];
