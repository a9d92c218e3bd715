import type { WireAnswer } from '../answer-with-fault.ts';
import { checkApplication } from './applications.ts';
import { answerAuthorization } from './authorization-endpoint.ts';
import {
  findCalendar,
  findEvents,
  listMailbox,
  type OpenMailbox,
  openMailbox,
  presentCalendar,
  presentMailboxSettings,
  presentUser,
} from './calendar-endpoints.ts';
import type { CalendarState } from './calendar-state.ts';
import { answerCollection, answerInstances, answerView, getEvent } from './calendar-view.ts';
import { answerDelta } from './calendar-view-delta.ts';
import type { Caller } from './caller.ts';
import { requireAccess, requireMailbox } from './check-access.ts';
import { answerDirectory } from './directory-endpoints.ts';
import { answerInstanceDiscovery, answerMetadata } from './discovery-endpoints.ts';
import { GraphError, graphError } from './graph-error.ts';
import { readPreferences } from './read-preferences.ts';
import type { Route } from './route-request.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';
import type { Subscriptions } from './subscriptions.ts';
import { grantTokens } from './token-endpoint.ts';

export type IncomingCall = {
  method: string;
  route: Route;
  query: URLSearchParams;
  contentType: string;
  prefer: string | undefined;
  body: string;
  /** The simulator as the client addressed it, and the request's own address without its query. */
  baseUrl: string;
  url: string;
  caller: Caller;
};

const SCOPE_GROUPS = { me: 'user', mailboxSettings: 'mailboxSettings' } as const;

/** What is of a user and not of a calendar can be read of oneself only. */
function requireOwn({ isOwn }: OpenMailbox): void {
  if (isOwn) return;
  throw graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

async function answerSubscriptionCall(
  subscriptions: Subscriptions,
  call: IncomingCall,
  account: MicrosoftAccount,
): Promise<WireAnswer> {
  const { kind, id } = call.route;
  if (kind === 'subscribe') {
    const immutableIds = /IdType\s*=\s*"ImmutableId"/i.test(call.prefer ?? '');
    return { status: 201, body: await subscriptions.create(account, call.body, immutableIds) };
  }
  if (id === undefined) return { status: 200, body: subscriptions.list(account) };
  if (kind === 'renew') return { status: 200, body: subscriptions.renew(account, id, call.body) };
  if (kind === 'subscriptions') return { status: 200, body: subscriptions.get(account, id) };
  if (kind === 'reauthorize') subscriptions.reauthorize(account, id);
  else subscriptions.remove(account, id);
  return { status: 204 };
}

function answerMailboxCall(
  state: SimulatorState,
  call: IncomingCall,
  account: MicrosoftAccount,
  mailbox: OpenMailbox,
): WireAnswer {
  const { route, query, url } = call;
  const preferences = readPreferences(call.prefer, mailbox.owner.timeZone);
  const owner = { name: mailbox.owner.displayName, address: mailbox.owner.mail ?? mailbox.owner.email };
  const presentation = { ...preferences, owner };
  const request = { preferences, presentation, url, pageSize: state.switches.pageSize };
  const applied = (body: unknown, extra?: string): WireAnswer => {
    const value = [extra, preferences.applied].filter((one) => one !== undefined).join(', ');
    return { status: 200, body, ...(value === '' ? {} : { headers: { 'preference-applied': value } }) };
  };
  const present = (one: CalendarState) => presentCalendar(state, account, one);
  if (route.kind === 'calendars') {
    // Graph's documentation names the preferred size of a page for events only.
    const withoutSize = { ...request, preferences: { ...preferences, maxPageSize: undefined } };
    return applied(answerCollection(listMailbox(state, account, mailbox), present, query, withoutSize));
  }
  if (route.kind === 'calendar') return applied(present(findCalendar(mailbox, route.calendarId)));
  const calendar = findEvents(state, account, mailbox, route.calendarId);
  switch (route.kind) {
    case 'list':
    case 'delta':
      return applied(answerDelta(state, calendar, query, request), 'odata.track-changes');
    case 'view':
      return applied(answerView(calendar, query, request));
    case 'instances':
      return applied(
        answerInstances(calendar, route.id ?? '', query, {
          ...request,
          withoutExceptions: state.switches.instancesWithoutExceptions,
        }),
      );
    case 'event':
      return applied(getEvent(calendar, route.id ?? '', presentation));
    default:
      throw graphError(400, 'ErrorInvalidRequest', "Change tracking is not supported against 'microsoft.graph.event'.");
  }
}

/** The answer Graph or the token endpoint would give. Throws GraphError. */
export async function answerRequest(
  state: SimulatorState,
  subscriptions: Subscriptions,
  call: IncomingCall,
): Promise<WireAnswer> {
  const { kind, id = '', user } = call.route;
  if (kind === 'authorize') return answerAuthorization(state, id, call);
  if (kind === 'token') return { status: 200, body: grantTokens(state, id, call.contentType, call.body) };
  if (kind === 'discovery') {
    const isInstance = call.url.endsWith('/discovery/instance');
    return { status: 200, body: isInstance ? answerInstanceDiscovery(call.baseUrl) : answerMetadata(call.baseUrl, id) };
  }
  if (kind === 'unknown') {
    if (call.caller.refusal !== '') requireAccess(call.caller, 'user');
    throw graphError(400, 'BadRequest', 'Resource not found for the segment.');
  }
  if (kind === 'users' || kind === 'members') {
    if (call.caller.refusal !== '') requireAccess(call.caller, 'user');
    return { status: 200, body: answerDirectory(state, call.caller, { kind, group: id, url: call.url }, call.query) };
  }
  checkApplication(call.caller, user);
  const account = requireAccess(
    call.caller,
    kind === 'me' || kind === 'mailboxSettings' ? SCOPE_GROUPS[kind] : 'calendars',
  );
  const mailbox = openMailbox(state, { ...call.caller, account }, user);
  if (kind === 'me' || kind === 'mailboxSettings') requireOwn(mailbox);
  if (kind === 'me') return { status: 200, body: presentUser(account) };
  requireMailbox(mailbox.owner);
  if (kind === 'mailboxSettings') return { status: 200, body: presentMailboxSettings(account, call.route.id) };
  const isSubscription = ['subscribe', 'subscriptions', 'renew', 'reauthorize', 'unsubscribe'].includes(kind);
  if (isSubscription) return answerSubscriptionCall(subscriptions, call, account);
  return answerMailboxCall(state, call, account, mailbox);
}

/** Runs the work and turns a thrown GraphError into an answer. Any other error is a bug of the simulator. */
export async function completeAnswer(work: () => Promise<WireAnswer>): Promise<WireAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GraphError) return { status: error.status, body: error.body, headers: error.headers };
    return { status: 500, body: { error: { code: 'SimulatorFailure', message: String(error) } } };
  }
}
