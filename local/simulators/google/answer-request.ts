import type { WireAnswer } from '../answer-with-fault.ts';
import { answerAuthorization } from './authorization-endpoint.ts';
import { findCalendar, getCalendar, getCalendarListEntry, listCalendars } from './calendar-endpoints.ts';
import { answerDirectory } from './directory-endpoints.ts';
import { getEvent, listInstances } from './event-endpoints.ts';
import { applyFieldsMask } from './fields-mask.ts';
import { calendarError, notFound } from './google-error.ts';
import { listEvents } from './list-events.ts';
import { checkParameters } from './parse-list-query.ts';
import type { PushChannels } from './push-channels.ts';
import type { Route } from './route-request.ts';
import type { GoogleAccount, SimulatorState } from './simulator-state.ts';
import { grantTokens, requireAccess } from './token-endpoint.ts';

export type IncomingCall = {
  method: string;
  route: Route;
  query: URLSearchParams;
  contentType: string;
  body: string;
  baseUrl: string;
  account: GoogleAccount | undefined;
};

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw calendarError(400, 'parseError', 'Parse Error');
  }
}

async function answerCalendarCall(state: SimulatorState, push: PushChannels, call: IncomingCall): Promise<WireAnswer> {
  const { route, query, body } = call;
  const account = requireAccess(call.account, route.kind === 'calendarList');
  const { calendarId, eventId = '' } = route;
  if (route.kind === 'calendarList') {
    if (calendarId === undefined) return { status: 200, body: listCalendars(state, account, query) };
    checkParameters(query, []);
    return { status: 200, body: getCalendarListEntry(state, account, calendarId) };
  }
  if (route.kind === 'stop') {
    push.stop(account, parseJson(body));
    return { status: 204 };
  }
  const { calendar, entry } = findCalendar(state, account, calendarId ?? '');
  switch (route.kind) {
    case 'list':
    case 'delta':
      return { status: 200, body: listEvents(state, calendar, account, entry, query) };
    case 'event':
      return { status: 200, body: getEvent(calendar, account, entry, eventId, query) };
    case 'instances':
      return { status: 200, body: listInstances(state, calendar, account, entry, eventId, query) };
    case 'calendar':
      checkParameters(query, []);
      return { status: 200, body: getCalendar(state, account, calendar.id) };
    case 'watch':
      return { status: 200, body: await push.watch(calendar, account, parseJson(body), call.baseUrl) };
    case 'authorize':
    case 'token':
    case 'users':
    case 'members':
    case 'unknown':
      break;
  }
  throw notFound();
}

/** The answer Google would give, mask applied. Throws GoogleError. */
export async function answerRequest(
  state: SimulatorState,
  push: PushChannels,
  call: IncomingCall,
): Promise<WireAnswer> {
  if (call.route.kind === 'authorize') return answerAuthorization(state, call.method, call.query, call.body);
  if (call.route.kind === 'token') {
    return { status: 200, body: grantTokens(state, call.contentType, call.body) };
  }
  const { kind, group } = call.route;
  if (kind === 'unknown') throw notFound();
  if (kind === 'users' || kind === 'members') {
    return { status: 200, body: answerDirectory(state, call.account, kind, group, call.query) };
  }
  const answer = await answerCalendarCall(state, push, call);
  const mask = call.query.get('fields');
  if (mask === null || answer.body === undefined) return answer;
  const isListing = ['list', 'delta', 'instances'].includes(call.route.kind);
  return { ...answer, body: applyFieldsMask(answer.body, mask, isListing) };
}
