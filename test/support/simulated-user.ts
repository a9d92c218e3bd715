import { Temporal } from 'temporal-polyfill';
import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import { googleFaults } from '../../local/simulators/google/google-faults.ts';
import { microsoftFaults } from '../../local/simulators/microsoft/microsoft-faults.ts';
import type { Platform } from '../../shared/calendars/calendar.ts';
import type { OddPlace } from './provider-oddities.ts';
import type { TestStack } from './start-test-stack.ts';

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
  /** Any answer to the next requests of a kind. */
  disturb(on: OddPlace, outcome: FaultOutcome, times: number): void;
  /** The next delta is empty: its change is not in it yet. @param token of the delta, which stays the same */
  delayDelta(token: string): void;
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
  /** Milliseconds since the epoch from which hours count, instead of the present: so that users meet at the same time. */
  since?: number;
}

const hourMs = 3_600_000;
let users = 0;

export const simulateUser = (stack: TestStack, platform: Platform, options: UserOptions = {}): SimulatedUser =>
  platform === 'google' ? simulateGoogleUser(stack, options) : simulateMicrosoftUser(stack, options);

function simulateGoogleUser(
  { google, local }: TestStack,
  { secondary = false, zone = 'UTC', since }: UserOptions,
): SimulatedUser {
  users += 1;
  const account = google.addAccount({ email: `user-${users}@example.com` });
  const primary = google.addCalendar(account, { primary: true, timeZone: zone });
  const calendar = secondary
    ? google.addCalendar(account, { id: `team-${users}@group.calendar.google.com`, timeZone: zone })
    : primary;
  const at = (hours: number) => ({
    dateTime: new Date((since ?? local.now()) + hours * hourMs).toISOString(),
    timeZone: zone,
  });
  const times = (hours: number) => ({ start: at(hours), end: at(hours + 1) });
  const kinds = {
    token: 'token',
    list: 'list',
    delta: 'delta',
    open: 'watch',
    close: 'stop',
    // Google's channels have successors instead.
    renew: 'watch',
    calendars: 'calendarList',
  } as const;
  const faults: Record<SimulatedFault, FaultOutcome> = {
    rateLimited: googleFaults.rateLimitExceeded,
    unavailable: googleFaults.serviceUnavailable,
    droppedConnection: googleFaults.droppedConnection,
    truncatedJson: googleFaults.truncatedJson,
    syncTokenGone: googleFaults.fullSyncRequired,
    unauthorized: googleFaults.authError,
    notFound: googleFaults.notFound,
    tokenUnavailable: googleFaults.tokenUnavailable,
    operatorMistake: googleFaults.invalidClient,
    lostAnswer: googleFaults.lostAnswer,
    pushUnsupported: {
      status: 400,
      body: { error: { code: 400, errors: [{ reason: 'pushNotSupportedForRequestedResource' }] } },
    },
  };
  return {
    platform: 'google',
    account,
    calendar,
    insert: (name, hours, location) =>
      google.insertEvent(calendar, { summary: name, ...times(hours), ...(location && { location }) }),
    insertMany: (events) =>
      google.insertMany(
        calendar,
        events.map(({ name, hours }) => ({ summary: name, ...times(hours) })),
      ),
    insertAllDay: (name, firstDay, lastDay) =>
      google.insertEvent(calendar, { summary: name, start: { date: firstDay }, end: { date: lastDay } }),
    insertSeries: (name, hours, every) =>
      google.insertEvent(calendar, {
        summary: name,
        ...times(hours),
        recurrence: [`RRULE:FREQ=${every === 'day' ? 'DAILY' : 'WEEKLY'}`],
      }),
    rename: (id, name) => google.patchEvent(calendar, id, { summary: name }),
    setLocation: (id, location) => google.patchEvent(calendar, id, { location }),
    move: (id, hours) => google.patchEvent(calendar, id, times(hours)),
    remove: (id) => google.deleteEvent(calendar, id),
    touch: (id) => google.touch(calendar, id),
    expireSyncTokens: () => google.expireSyncTokens(calendar),
    expireAccessTokens: () => google.expireAccessTokens(account),
    removeCalendar: () => google.removeCalendar(account, calendar),
    emptyPages: (count) => {
      google.switches.emptyPages = count;
    },
    fault: (on, fault, count = 1) =>
      google.faults.push({ on: kinds[on], account: account.email, times: count, outcome: faults[fault] }),
    disturb: (on, outcome, times) =>
      google.faults.push({ on: on === 'open' ? 'watch' : on, account: account.email, times, outcome }),
    delayDelta: (token) =>
      google.faults.push({
        on: 'delta',
        account: account.email,
        times: 1,
        outcome: { status: 200, body: { items: [], timeZone: zone, nextSyncToken: token } },
      }),
    shortenChannels: (minutes) => {
      google.switches.shortChannelTtlMs = minutes === null ? undefined : minutes * 60_000;
    },
    calls: (call) => (call === 'renew' ? 0 : google.count(kinds[call], { account: account.email })),
    liveChannels: () =>
      [...google.channels.values()]
        .filter((channel) => channel.account === account.email)
        .filter(({ stoppedMs, expiresMs }) => stoppedMs === undefined && expiresMs > local.now())
        .map(({ id, resourceId }) => ({ id, resourceId })),
    requests: () => google.requests.filter((request) => request.account === account.email).length,
    truth: (from, to) =>
      google.truth(calendar, { from, to }).map(({ id, start, end, summary = null }) => ({
        id,
        start: instantOf(start?.dateTime, start?.date, zone),
        end: instantOf(end?.dateTime, end?.date, zone),
        name: summary,
      })),
  };
}

const instantOf = (dateTime: string | undefined, date: string | undefined, zone: string): number =>
  date === undefined
    ? Date.parse(dateTime ?? '')
    : Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

function simulateMicrosoftUser(
  { microsoft, local }: TestStack,
  { secondary = false, zone = 'UTC', since }: UserOptions,
): SimulatedUser {
  users += 1;
  const account = microsoft.addAccount({ email: `user-${users}@example.com`, timeZone: zone });
  const primary = microsoft.addCalendar(account);
  const calendar = secondary ? microsoft.addCalendar(account, { name: 'team' }) : primary;
  const local_ = (hours: number) =>
    Temporal.Instant.fromEpochMilliseconds((since ?? local.now()) + hours * hourMs)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime();
  const at = (hours: number) => ({ dateTime: local_(hours).toString({ smallestUnit: 'second' }), timeZone: zone });
  const times = (hours: number) => ({ start: at(hours), end: at(hours + 1) });
  const kinds = {
    token: 'token',
    list: 'list',
    delta: 'delta',
    open: 'subscribe',
    close: 'unsubscribe',
    renew: 'renew',
    calendars: 'calendars',
  } as const;
  const faults: Record<SimulatedFault, FaultOutcome> = {
    rateLimited: microsoftFaults.tooManyRequests(1),
    unavailable: microsoftFaults.serviceUnavailable,
    droppedConnection: microsoftFaults.droppedConnection,
    truncatedJson: microsoftFaults.truncatedJson,
    syncTokenGone: microsoftFaults.gone,
    unauthorized: microsoftFaults.invalidAuthenticationToken,
    notFound: microsoftFaults.itemNotFound,
    tokenUnavailable: microsoftFaults.tokenUnavailable,
    operatorMistake: microsoftFaults.aadsts(7000215),
    lostAnswer: microsoftFaults.lostAnswer,
    pushUnsupported: microsoftFaults.accessDenied,
  };
  const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  return {
    platform: 'microsoft',
    account,
    calendar,
    insert: (name, hours, location) =>
      microsoft.insertEvent(calendar, {
        subject: name,
        ...times(hours),
        ...(location && { location: { displayName: location } }),
      }),
    insertMany: (events) =>
      microsoft.insertMany(
        calendar,
        events.map(({ name, hours }) => ({ subject: name, ...times(hours) })),
      ),
    insertAllDay: (name, firstDay, lastDay) =>
      microsoft.insertEvent(calendar, {
        subject: name,
        isAllDay: true,
        start: { dateTime: `${firstDay}T00:00:00`, timeZone: zone },
        end: { dateTime: `${lastDay}T00:00:00`, timeZone: zone },
      }),
    insertSeries: (name, hours, every) =>
      microsoft.insertEvent(calendar, {
        subject: name,
        ...times(hours),
        recurrence: {
          pattern:
            every === 'day'
              ? { type: 'daily', interval: 1 }
              : { type: 'weekly', interval: 1, daysOfWeek: [weekdays[local_(hours).dayOfWeek - 1] ?? 'monday'] },
          range: { type: 'noEnd', startDate: local_(hours).toPlainDate().toString() },
        },
      }),
    rename: (id, name) => microsoft.patchEvent(calendar, id, { subject: name }),
    setLocation: (id, location) => microsoft.patchEvent(calendar, id, { location: { displayName: location } }),
    move: (id, hours) => microsoft.patchEvent(calendar, id, { ...times(hours), isAllDay: false }),
    remove: (id) => microsoft.deleteEvent(calendar, id),
    touch: (id) => microsoft.touch(calendar, id),
    expireSyncTokens: () => microsoft.expireSyncTokens(calendar),
    expireAccessTokens: () => microsoft.expireAccessTokens(account),
    removeCalendar: () => microsoft.removeCalendar(calendar),
    emptyPages: (count) => {
      microsoft.switches.emptyPages = count;
    },
    fault: (on, fault, count = 1) =>
      microsoft.faults.push({ on: kinds[on], account: account.email, times: count, outcome: faults[fault] }),
    disturb: (on, outcome, times) =>
      microsoft.faults.push({ on: on === 'open' ? 'subscribe' : on, account: account.email, times, outcome }),
    delayDelta: (token) =>
      microsoft.faults.push({
        on: 'delta',
        account: account.email,
        times: 1,
        outcome: { status: 200, body: { value: [], '@odata.deltaLink': token } },
      }),
    shortenChannels: (minutes) => {
      microsoft.switches.shortSubscriptionMs = minutes === null ? undefined : minutes * 60_000;
    },
    calls: (call) => microsoft.count(kinds[call], { account: account.email }),
    liveChannels: () =>
      [...microsoft.subscriptions.values()]
        .filter((subscription) => subscription.account === account.email && subscription.expiresMs > local.now())
        .map(({ id, clientState = '' }) => ({
          id: clientState.slice(0, clientState.lastIndexOf('.')),
          resourceId: id,
        })),
    requests: () => microsoft.requests.filter((request) => request.account === account.email).length,
    truth: (from, to) =>
      microsoft.truth(calendar, { from, to }).map(({ id, start, end, subject, isAllDay }) => ({
        id,
        start: instantOf(`${start?.dateTime ?? ''}Z`, isAllDay ? start?.dateTime.slice(0, 10) : undefined, zone),
        end: instantOf(`${end?.dateTime ?? ''}Z`, isAllDay ? end?.dateTime.slice(0, 10) : undefined, zone),
        name: subject ?? null,
      })),
  };
}
