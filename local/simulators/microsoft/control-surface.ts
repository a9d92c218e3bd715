import type { WireAnswer } from '../answer-with-fault.ts';
import { UnknownEventError } from './change-events.ts';
import type { MicrosoftEventInput } from './microsoft-event.ts';
import type { SimulatedChanges } from './simulated-changes.ts';
import type { SimulatorState } from './simulator-state.ts';
import type { LifecycleEvent, Subscriptions } from './subscriptions.ts';

export type ControlSurface = { answer(method: string, url: URL, body: string): WireAnswer };

const HOUR_MS = 3_600_000;
const LIFECYCLE_EVENTS = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'];

class ControlError extends Error {
  override readonly name = 'ControlError';
}

function readObject(body: string): Record<string, unknown> {
  const parsed: unknown = body === '' ? {} : JSON.parse(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ControlError('The body must be a JSON object.');
  }
  return parsed as Record<string, unknown>;
}

/**
 * The HTTP side door for people with curl, below `/_sim/`; nothing of it is recorded as a provider call.
 * `POST events` (start and end default to an hour from now, for half an hour) · `PATCH|DELETE events/{id}` ·
 * `GET events?from=&to=` · `GET calendars` · `GET requests?kind=` · `GET subscriptions` ·
 * `POST subscriptions/{id}?event=missed`. `calendar=` may be left out if there is only one.
 */
export function createControlSurface(
  state: SimulatorState,
  changes: SimulatedChanges,
  subscriptions: Subscriptions,
): ControlSurface {
  const chooseCalendar = (url: URL): string => {
    const asked = url.searchParams.get('calendar');
    const known = [...state.calendars.keys()];
    const chosen = asked ?? (known.length === 1 ? known[0] : undefined);
    if (chosen === undefined || !state.calendars.has(chosen)) {
      throw new ControlError(`Name a calendar with ?calendar=, one of: ${known.join(', ')}`);
    }
    return chosen;
  };

  const insert = (url: URL, body: string): WireAnswer => {
    const start = { dateTime: new Date(state.now() + HOUR_MS).toISOString() };
    const event = { subject: 'Simulated event', start, ...readObject(body) } as MicrosoftEventInput;
    if (event.end === undefined) {
      const { dateTime, timeZone } = event.start;
      const from = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(dateTime) ? dateTime : `${dateTime}Z`);
      if (Number.isNaN(from)) throw new ControlError('start must be {"dateTime": …, "timeZone": …}.');
      const end = new Date(from + (event.isAllDay ? 24 * HOUR_MS : HOUR_MS / 2)).toISOString();
      event.end = dateTime.endsWith('Z') ? { dateTime: end } : { dateTime: end.slice(0, 19) };
      if (timeZone !== undefined) event.end.timeZone = timeZone;
    }
    const calendar = chooseCalendar(url);
    return { status: 200, body: { calendar, id: changes.insertEvent(calendar, event) } };
  };

  const routeSubscriptions = (method: string, id: string | undefined, url: URL): WireAnswer => {
    if (method === 'GET' && id === undefined) {
      const shown = [...subscriptions.all.values()].map((one) => ({
        id: one.id,
        resource: one.resource,
        notificationUrl: one.notificationUrl,
        expirationDateTime: new Date(one.expiresMs).toISOString(),
      }));
      return { status: 200, body: { subscriptions: shown } };
    }
    const event = url.searchParams.get('event') ?? '';
    if (method !== 'POST' || id === undefined || !LIFECYCLE_EVENTS.includes(event)) {
      throw new ControlError(`Send a lifecycle event with POST subscriptions/{id}?event=${LIFECYCLE_EVENTS.join('|')}`);
    }
    subscriptions.sendLifecycle(id, event as LifecycleEvent);
    return { status: 204 };
  };

  const route = (method: string, url: URL, body: string): WireAnswer => {
    const [, , collection, encodedId] = url.pathname.split('/');
    const id = encodedId === undefined ? undefined : decodeURIComponent(encodedId);
    const { searchParams } = url;
    if (method === 'GET' && collection === 'requests') {
      const kind = searchParams.get('kind');
      const requests = state.requests.entries.filter((entry) => kind === null || entry.kind === kind);
      return { status: 200, body: { count: requests.length, requests } };
    }
    if (method === 'GET' && collection === 'calendars') {
      const calendars = [...state.calendars.values()].map(({ id, name, account }) => ({ id, name, account }));
      return { status: 200, body: { calendars } };
    }
    if (collection === 'subscriptions') return routeSubscriptions(method, id, url);
    if (collection !== 'events') return { status: 404, body: { error: `Unknown: ${method} ${url.pathname}` } };
    if (method === 'POST' && id === undefined) return insert(url, body);
    const calendar = chooseCalendar(url);
    if (method === 'GET' && id === undefined) {
      const from = searchParams.get('from') ?? state.now() - 24 * HOUR_MS;
      const to = searchParams.get('to') ?? state.now() + 28 * 24 * HOUR_MS;
      return { status: 200, body: { events: changes.truth(calendar, { from, to }) } };
    }
    if (method === 'PATCH' && id !== undefined) {
      changes.patchEvent(calendar, id, readObject(body));
      return { status: 200, body: { calendar, id } };
    }
    if (method === 'DELETE' && id !== undefined) {
      changes.deleteEvent(calendar, id);
      return { status: 204 };
    }
    return { status: 405, body: { error: `Unknown: ${method} ${url.pathname}` } };
  };

  return {
    answer(method, url, body) {
      try {
        return route(method, url, body);
      } catch (error) {
        const status = error instanceof UnknownEventError ? 404 : 400;
        return { status, body: { error: error instanceof Error ? error.message : String(error) } };
      }
    },
  };
}
