import type { Temporal } from 'temporal-polyfill';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { Person } from './demo-people.ts';
import type { MeetingProduct } from './meeting-links.ts';

export interface Guest {
  email: string;
  name?: string;
}

/** A meeting to add to a calendar; times are local to the calendar. */
export interface MeetingPlan {
  title: string;
  start: Temporal.PlainDateTime;
  end: Temporal.PlainDateTime;
  /** From midnight to midnight. */
  isAllDay?: boolean;
  /** A series on these days (1 is Monday) of every week, with this many occurrences or without end. */
  weekly?: { on: readonly number[]; times?: number };
  /** Default: the calendar's owner. */
  organizer?: Guest;
  guests?: readonly Guest[];
  link?: MeetingProduct;
  isPrivate?: boolean;
  isAway?: boolean;
}

/** A meeting or one occurrence of a series, as the calendar's owner sees it. Times in milliseconds since the epoch. */
export interface Meeting {
  id: string;
  title: string;
  start: number;
  end: number;
  isAllDay: boolean;
  isOfSeries: boolean;
  isPrivate: boolean;
  hasLink: boolean;
}

/** Kinds of calls by Kalends that are counted: a page of a listing, a page of a delta, one event. */
type CountedCall = 'list' | 'delta' | 'event';

/** A person with a calendar at a simulator. The actions are the same for every platform. */
export interface SimulatedPerson extends Person {
  platform: Platform;
  account: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
  /** Id of their calendar at the platform. */
  calendar: string;
  /** The meetings in a span of time (milliseconds since the epoch), ordered by start. */
  meetings: (from: number, to: number) => Meeting[];
  /** @returns the event's id at the platform; the other actions take it */
  plan: (meeting: MeetingPlan) => string;
  /** Adds many meetings without a notification for each. */
  planMany: (meetings: readonly MeetingPlan[]) => string[];
  move: (id: string, start: number, end: number) => void;
  rename: (id: string, title: string) => void;
  cancel: (id: string) => void;
  addLink: (id: string, product: MeetingProduct) => void;
  /** Counts the calls that the platform answered for this person; without a kind all calls, e.g. for tokens. */
  countCalls: (kind?: CountedCall) => number;
  /** Reads the platform's time of an event's last change from its `raw`; NaN when it has none. */
  modifiedAt: (raw: Readonly<Record<string, unknown>>) => number;
  /** A change to make with curl: POST this JSON body to the URL. */
  sampleChange: { url: string; body: object };
}

/** The simulator of a platform, on loopback. `label` is its name for people. */
export interface SimulatedPlatform {
  label: string;
  url: string;
  /** Environment variables that make a stack use this simulator. */
  settings: Readonly<Record<string, string>>;
  /** @param zone IANA zone of the person's calendar */
  addPerson: (person: Person, zone: string) => SimulatedPerson;
  /** Returns the ids of the calendars whose notifications were accepted since the last call. */
  takeNotified: () => string[];
  /** Resolves once no notification waits for its delivery or for another attempt. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
}
