import { Temporal } from 'temporal-polyfill';
import type { FaultOutcome, FaultRule } from '../../local/simulators/fault-rules.ts';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { OddPlace } from './provider-oddities.ts';

export type SimulatedCall = 'token' | 'list' | 'delta' | 'open' | 'close' | 'renew' | 'calendars';

/** Failures both platforms know, each in its own spelling. */
export type SimulatedFault =
  | 'rateLimited'
  | 'unavailable'
  | 'droppedConnection'
  | 'truncatedJson'
  | 'syncTokenGone'
  | 'unauthorized'
  | 'notFound'
  | 'tokenUnavailable'
  | 'operatorMistake'
  /** The request takes effect, and its answer never comes. */
  | 'lostAnswer'
  | 'pushUnsupported';

/** An event as both simulators tell it: what is compared with the store. */
interface TrueEvent {
  id: string;
  start: number;
  end: number;
  name: string | null;
}

/** Someone with a calendar at one of the platforms: the same doings, whatever the platform calls them. */
export interface SimulatedUser {
  platform: Platform;
  account: { email: string; clientId: string; clientSecret: string; refreshToken: string; revoked: boolean };
  /** Id of the calendar at the platform. */
  calendar: string;
  /** @param hours from now */
  insert(name: string, hours: number, location?: string): string;
  insertMany(events: { name: string; hours: number }[]): string[];
  insertAllDay(name: string, firstDay: string, lastDay: string): string;
  /** Every day or week without end; in the user's zone, so that daylight saving moves it. */
  insertSeries(name: string, hours: number, every: 'day' | 'week'): string;
  rename(id: string, name: string): void;
  setLocation(id: string, location: string): void;
  /** An event, or an instance of a series. */
  move(id: string, hours: number): void;
  /** An event, an instance, or a series. */
  remove(id: string): void;
  touch(id?: string): void;
  expireSyncTokens(): void;
  expireAccessTokens(): void;
  removeCalendar(): void;
  emptyPages(count: number): void;
  fault(on: SimulatedCall, fault: SimulatedFault, times?: number): void;
  /** Answers with what a case brings, until `recover`: `any` is every call except for tokens. */
  answer(on: SimulatedCall | 'any', outcome: FaultOutcome, times?: number): void;
  /** The platform works again. */
  recover(): void;
  /** Any answer to the next requests of a kind. */
  disturb(on: OddPlace, outcome: FaultOutcome, times: number): void;
  /**
   * The next delta is empty: its change is not in it yet.
   *
   * @param token of that delta, which stays the same
   * @returns ends this, for a delta that was never requested: with a later token the answer would go back in time
   */
  delayDelta(token: string): () => void;
  /** Push channels live no longer than this; null ends that. */
  shortenChannels(minutes: number | null): void;
  calls(call: SimulatedCall): number;
  /** Push channels of the user's calendars that are live. */
  liveChannels(): { id: string; resourceId: string }[];
  /** Everything the platform was asked on behalf of this user. */
  requests(): number;
  truth(from: number, to: number): TrueEvent[];
}

export interface UserOptions {
  /** Another calendar than the primary one. */
  secondary?: boolean;
  zone?: string;
  /** An OAuth client that no other user has: many refusals of one client count together. */
  ownClient?: boolean;
  /** Milliseconds since the epoch from which hours count, instead of the present: so that users meet at the same time. */
  since?: number;
}

export const hourMs = 3_600_000;

let users = 0;

/** An address that no other user of the test file has. */
export const nextEmail = (): string => {
  users += 1;
  return `user-${users}@example.com`;
};

/** Milliseconds since the epoch of a time, or of a date's midnight in a zone. */
export const instantOf = (dateTime: string | undefined, date: string | undefined, zone: string): number =>
  date === undefined
    ? Date.parse(dateTime ?? '')
    : Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** Adds a fault. @returns removes it again, if no request has used it up */
export function disturbOnce<Kind extends string>(faults: FaultRule<Kind>[], rule: FaultRule<Kind>): () => void {
  faults.push(rule);
  return () => {
    const index = faults.indexOf(rule);
    if (index >= 0) faults.splice(index, 1);
  };
}
