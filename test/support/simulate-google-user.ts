import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import { googleFaults } from '../../local/simulators/google/google-faults.ts';
import {
  disturbOnce,
  hourMs,
  instantOf,
  nextEmail,
  type SimulatedFault,
  type SimulatedUser,
  type UserOptions,
} from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';

/** Every call to the calendar API. */
const googleCalls = ['list', 'delta', 'event', 'instances', 'calendar', 'calendarList', 'watch', 'stop'] as const;

export function simulateGoogleUser(
  { google, local }: TestStack,
  { secondary = false, zone = 'UTC', since, ownClient = false }: UserOptions,
): SimulatedUser {
  const email = nextEmail();
  const account = google.addAccount({ email, ...(ownClient && { clientId: `client of ${email}` }) });
  const primary = google.addCalendar(account, { primary: true, timeZone: zone });
  const calendar = secondary
    ? google.addCalendar(account, {
        id: `team-${account.email.replace('@', '-')}@group.calendar.google.com`,
        timeZone: zone,
      })
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
    answer: (on, outcome, times = Number.POSITIVE_INFINITY) => {
      const calls = on === 'any' ? googleCalls : [kinds[on]];
      google.faults.push(...calls.map((kind) => ({ on: kind, account: account.email, times, outcome })));
    },
    recover: () => {
      const others = google.faults.filter((rule) => rule.account !== account.email);
      google.faults.splice(0, google.faults.length, ...others);
    },
    disturb: (on, outcome, times) =>
      google.faults.push({ on: on === 'open' ? 'watch' : on, account: account.email, times, outcome }),
    delayDelta: (token) =>
      disturbOnce(google.faults, {
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
