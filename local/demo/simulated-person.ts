import type { Temporal } from 'temporal-polyfill';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { Person } from './demo-people.ts';
import type { MeetingProduct } from './meeting-links.ts';

export interface Guest {
  email: string;
  name?: string;
}

/** A meeting somebody wants in their calendar; times are local to it. */
export interface MeetingPlan {
  title: string;
  start: Temporal.PlainDateTime;
  end: Temporal.PlainDateTime;
  /** From midnight to midnight. */
  isAllDay?: boolean;
  /** A series: on these days (1 is Monday) of every week, so many times or without end. */
  weekly?: { on: readonly number[]; times?: number };
  /** Absent: the calendar's owner. */
  organizer?: Guest;
  guests?: readonly Guest[];
  link?: MeetingProduct;
  isPrivate?: boolean;
  isAway?: boolean;
}

/** An event as its owner sees it: a meeting, or one occurrence of a series. Times in milliseconds since the epoch. */
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

/** What is counted of the calls that Kalends makes: pages of listings and of deltas, events read one by one. */
type CountedCall = 'list' | 'delta' | 'event';

/** Someone with a calendar at a simulator: the same doings, whatever their platform calls them. */
export interface SimulatedPerson extends Person {
  platform: Platform;
  account: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
  /** Id of their calendar at the platform. */
  calendar: string;
  /** What happens in a span of time (milliseconds since the epoch), by start. */
  meetings: (from: number, to: number) => Meeting[];
  /** @returns id of the event at the platform, as of all that follow */
  plan: (meeting: MeetingPlan) => string;
  /** Without a notification for each. */
  planMany: (meetings: readonly MeetingPlan[]) => string[];
  move: (id: string, start: number, end: number) => void;
  rename: (id: string, title: string) => void;
  cancel: (id: string) => void;
  addLink: (id: string, product: MeetingProduct) => void;
  /** Calls the platform has answered for this person; without a kind all of them, tokens and channels too. */
  countCalls: (kind?: CountedCall) => number;
  /** When the platform says an event was last changed, from its `raw`; NaN when it does not say. */
  modifiedAt: (raw: Readonly<Record<string, unknown>>) => number;
  /** A change for people with curl: POST this body (JSON) there. */
  sampleChange: { url: string; body: object };
}

/** The simulator of a platform, on loopback. */
export interface SimulatedPlatform {
  label: string;
  url: string;
  /** Settings that make a stack use it. */
  settings: Readonly<Record<string, string>>;
  /** @param zone IANA zone of the person's calendar */
  addPerson: (person: Person, zone: string) => SimulatedPerson;
  /** Ids of the calendars whose changes were announced, and taken by the receiver, since the last call. */
  takeAnnounced: () => string[];
  /** Resolves once all notifications are delivered or given up. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
}
