import { Temporal } from 'temporal-polyfill';
import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import { microsoftFaults } from '../../local/simulators/microsoft/microsoft-faults.ts';
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
const graphCalls = [
  'me',
  'mailboxSettings',
  'calendars',
  'calendar',
  'list',
  'delta',
  'view',
  'event',
  'instances',
  'eventsDelta',
  'subscribe',
  'subscriptions',
  'renew',
  'unsubscribe',
] as const;

export function simulateMicrosoftUser(
  { microsoft, local }: TestStack,
  { secondary = false, zone = 'UTC', since, ownClient = false }: UserOptions,
): SimulatedUser {
  const email = nextEmail();
  const own = ownClient && { clientId: `client of ${email}` };
  const account = microsoft.addAccount({ email, timeZone: zone, ...own });
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
    answer: (on, outcome, times = Number.POSITIVE_INFINITY) => {
      const calls = on === 'any' ? graphCalls : [kinds[on]];
      microsoft.faults.push(...calls.map((kind) => ({ on: kind, account: account.email, times, outcome })));
    },
    recover: () => {
      const others = microsoft.faults.filter((rule) => rule.account !== account.email);
      microsoft.faults.splice(0, microsoft.faults.length, ...others);
    },
    disturb: (on, outcome, times) =>
      microsoft.faults.push({ on: on === 'open' ? 'subscribe' : on, account: account.email, times, outcome }),
    delayDelta: (token) =>
      disturbOnce(microsoft.faults, {
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
