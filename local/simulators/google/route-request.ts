import { calendarError } from './google-error.ts';

/** What a request was for. `list` is a full listing, `delta` one with a sync token; each page is a request. */
export type GoogleRequestKind =
  | 'authorize'
  | 'token'
  | 'list'
  | 'delta'
  | 'event'
  | 'instances'
  | 'calendar'
  | 'calendarList'
  | 'watch'
  | 'stop'
  | 'users'
  | 'members'
  | 'unknown';

export type Route = {
  kind: GoogleRequestKind;
  calendarId: string | undefined;
  eventId: string | undefined;
  group?: string | undefined;
};

const ROUTES: [method: string, path: RegExp, kind: GoogleRequestKind][] = [
  ['GET', /^\/o\/oauth2\/v2\/auth$/, 'authorize'],
  ['POST', /^\/o\/oauth2\/v2\/auth$/, 'authorize'],
  ['POST', /^\/token$/, 'token'],
  ['GET', /^\/calendar\/v3\/users\/me\/calendarList(?:\/(?<calendar>[^/]+))?$/, 'calendarList'],
  ['GET', /^\/calendar\/v3\/calendars\/(?<calendar>[^/]+)$/, 'calendar'],
  ['GET', /^\/calendar\/v3\/calendars\/(?<calendar>[^/]+)\/events$/, 'list'],
  ['POST', /^\/calendar\/v3\/calendars\/(?<calendar>[^/]+)\/events\/watch$/, 'watch'],
  ['GET', /^\/calendar\/v3\/calendars\/(?<calendar>[^/]+)\/events\/(?<event>[^/]+)$/, 'event'],
  ['GET', /^\/calendar\/v3\/calendars\/(?<calendar>[^/]+)\/events\/(?<event>[^/]+)\/instances$/, 'instances'],
  ['POST', /^\/calendar\/v3\/channels\/stop$/, 'stop'],
  ['GET', /^\/admin\/directory\/v1\/users$/, 'users'],
  ['GET', /^\/admin\/directory\/v1\/groups\/(?<group>[^/]+)\/members$/, 'members'],
];

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw calendarError(400, 'badRequest', 'Bad Request');
  }
}

/** What a request is for; ids are decoded. Throws 400 for a malformed escape. */
export function routeRequest(method: string, url: URL): Route {
  for (const [expected, path, kind] of ROUTES) {
    const match = method === expected ? path.exec(url.pathname) : null;
    if (match === null) continue;
    const isDelta = kind === 'list' && url.searchParams.has('syncToken');
    return {
      kind: isDelta ? 'delta' : kind,
      calendarId: decode(match.groups?.calendar),
      eventId: decode(match.groups?.event),
      group: decode(match.groups?.group),
    };
  }
  return { kind: 'unknown', calendarId: undefined, eventId: undefined };
}
