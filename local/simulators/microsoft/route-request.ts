import { graphError } from './graph-error.ts';

/**
 * What a request was for. `list` is the first round of a calendarView/delta, `delta` a later one, each page a request;
 * `view` is the plain calendarView; `discovery` what a token client asks before it asks for a token.
 */
export type MicrosoftRequestKind =
  | 'authorize'
  | 'token'
  | 'discovery'
  | 'me'
  | 'mailboxSettings'
  | 'calendars'
  | 'calendar'
  | 'list'
  | 'delta'
  | 'view'
  | 'event'
  | 'instances'
  | 'eventsDelta'
  | 'subscribe'
  | 'subscriptions'
  | 'renew'
  | 'reauthorize'
  | 'unsubscribe'
  | 'batch'
  | 'users'
  | 'members'
  | 'unknown';

export type Route = {
  kind: MicrosoftRequestKind;
  /** Undefined: the default calendar. */
  calendarId?: string | undefined;
  /** Id of the event, subscription, tenant or property the request names. */
  id?: string | undefined;
  /** Whose mailbox, undefined for `/me`. */
  user?: string | undefined;
};

const MAILBOX = '^/v1\\.0/(?:me|users/(?<user>[^/]+))';
const CALENDAR = `${MAILBOX}(?:/calendar|/calendars/(?<calendar>[^/]+))`;
const EVENTS = `${CALENDAR}?/events`;

const ROUTES: [method: string, path: RegExp, kind: MicrosoftRequestKind][] = (
  [
    ['GET', '^/(?<id>[^/]+)/oauth2/v2\\.0/authorize$', 'authorize'],
    ['POST', '^/(?<id>[^/]+)/oauth2/v2\\.0/authorize$', 'authorize'],
    ['POST', '^/(?<id>[^/]+)/oauth2/v2\\.0/token$', 'token'],
    ['GET', '^/(?<id>[^/]+)/discovery/instance$', 'discovery'],
    ['GET', '^/(?<id>[^/]+)/v2\\.0/\\.well-known/openid-configuration$', 'discovery'],
    ['GET', `${MAILBOX}$`, 'me'],
    ['GET', `${MAILBOX}/mailboxSettings(?:/(?<id>timeZone))?$`, 'mailboxSettings'],
    ['GET', `${MAILBOX}/calendars$`, 'calendars'],
    ['GET', `${CALENDAR}$`, 'calendar'],
    ['GET', `${CALENDAR}?/calendarView/delta$`, 'list'],
    ['GET', `${CALENDAR}?/calendarView$`, 'view'],
    ['GET', `${EVENTS}/delta$`, 'eventsDelta'],
    ['GET', `${EVENTS}/(?<id>[^/]+)$`, 'event'],
    ['GET', `${EVENTS}/(?<id>[^/]+)/instances$`, 'instances'],
    ['GET', '^/v1\\.0/users$', 'users'],
    ['GET', '^/v1\\.0/groups/(?<id>[^/]+)/members$', 'members'],
    ['POST', '^/v1\\.0/\\$batch$', 'batch'],
    ['POST', '^/v1\\.0/subscriptions$', 'subscribe'],
    ['GET', '^/v1\\.0/subscriptions(?:/(?<id>[^/]+))?$', 'subscriptions'],
    ['PATCH', '^/v1\\.0/subscriptions/(?<id>[^/]+)$', 'renew'],
    ['DELETE', '^/v1\\.0/subscriptions/(?<id>[^/]+)$', 'unsubscribe'],
    ['POST', '^/v1\\.0/subscriptions/(?<id>[^/]+)/reauthorize$', 'reauthorize'],
  ] as const
).map(([method, path, kind]) => [method, new RegExp(path, 'i'), kind]);

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw graphError(400, 'RequestBroker--ParseUri', 'The request URI is not well-formed.');
  }
}

/** What a request is for; ids are decoded. Throws 400 for a malformed escape. */
export function routeRequest(method: string, pathname: string): Route {
  for (const [expected, path, kind] of ROUTES) {
    const match = method === expected ? path.exec(pathname) : null;
    if (match === null) continue;
    const { calendar, id, user } = match.groups ?? {};
    return { kind, calendarId: decode(calendar), id: decode(id), user: decode(user) };
  }
  return { kind: 'unknown' };
}
