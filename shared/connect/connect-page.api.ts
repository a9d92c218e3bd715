import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { connectTimingMs } from '../platform/account-timing.ts';
import type { Logger } from '../platform/create-logger.ts';
import { millisOf } from '../platform/timestamp.ts';
import { requestsWithin } from '../providers/request-scope.ts';
import type { BrowserCookie, ConnectPageDeps, Cookies, Step } from './connect-deps.ts';
import type { connectPageRoutes } from './connect-routes.api.ts';
import { unknownLink } from './find-open-session.ts';
import { finishConsent } from './finish-consent.ts';
import { endPage } from './page/connect-pages.ts';
import { pageHeaders } from './page/page-layout.ts';
import { openLink, startConsent } from './start-consent.ts';

type Operation = keyof (typeof connectPageRoutes)['operations'];
type RouteKey = (typeof connectPageRoutes)['operations'][Operation];

interface Asked {
  event: APIGatewayProxyEventV2;
  cookies: Cookies;
}

/** The pages on which users connect their calendars (docs/use/connect.md). No request, and no address of one, is logged. */
export function createConnectPage(deps: ConnectPageDeps & { logger: Logger }) {
  const isSecure = deps.publicUrl.startsWith('https:');
  // Loaded here: few pages need it.
  const choose = async ({ event, cookies }: Asked, form: URLSearchParams | null): Promise<Step> => {
    const { chooseCalendars } = await import('./choose-calendars.ts');
    return chooseCalendars(deps, { sessionId: event.pathParameters?.['id'] ?? '', cookies, form });
  };
  const operations: Record<RouteKey, (asked: Asked) => Promise<Step>> = {
    'GET /connect/open/{token}': ({ event, cookies }) => openLink(deps, event.pathParameters?.['token'] ?? '', cookies),
    'POST /connect/start': ({ event, cookies }) => startConsent(deps, readForm(event), cookies),
    'GET /connect/callback': ({ event, cookies }) =>
      finishConsent(deps, new URLSearchParams(event.rawQueryString), cookies),
    'GET /connect/choose/{id}': (asked) => choose(asked, null),
    'POST /connect/choose/{id}': (asked) => choose(asked, readForm(asked.event)),
  };

  // As long as the session: a user who has to ask an administrator first may come back after days.
  const toCookie = ({ sessionId, secret, until }: BrowserCookie): string => {
    const seconds = Math.max(0, Math.ceil((millisOf(until) - deps.clock.now()) / 1000));
    return `${cookieName(sessionId, isSecure)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
  };

  const answer = async (event: APIGatewayProxyEventV2): Promise<Step> => {
    const operation = operations[event.routeKey as RouteKey] as (typeof operations)[RouteKey] | undefined;
    if (!operation) return unknownLink();
    if (event.routeKey.startsWith('POST') && !isOwnForm(event)) return foreignForm();
    return operation({ event, cookies: readCookies(event, isSecure) });
  };

  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    deps.logger.addContext(context);
    // It has no effect: a program that looks at a link, or at a callback, uses nothing up.
    if (event.routeKey.startsWith('HEAD '))
      return { statusCode: 200, headers: pageHeaders({ logoUrl: null }), body: '' };
    try {
      return toAnswer(await requestsWithin(connectTimingMs.provider, () => answer(event)), toCookie);
    } catch (error) {
      const errorId = randomUUID();
      deps.logger.error('unexpected error', { error_id: errorId, error: error as Error });
      return toAnswer({ page: endPage(null, 'unexpected', { about: errorId }) }, toCookie);
    }
  };
}

function toAnswer(step: Step, toCookie: (cookie: BrowserCookie) => string): APIGatewayProxyStructuredResultV2 {
  if ('redirect' in step) {
    return { statusCode: 303, headers: { ...pageHeaders({ logoUrl: null }), location: step.redirect }, body: '' };
  }
  const { page, cookie } = step;
  return {
    statusCode: page.status,
    headers: pageHeaders(page),
    body: page.html,
    ...(cookie && { cookies: [toCookie(cookie)] }),
  };
}

/** Each session has its cookie: another session in the same browser neither reads nor replaces it. */
const cookieName = (sessionId: string, isSecure: boolean): string =>
  `${isSecure ? '__Host-' : ''}kalends_${sessionId.replace(/^cses_/, '')}`;

function readCookies({ cookies = [] }: APIGatewayProxyEventV2, isSecure: boolean): Cookies {
  const pairs = new Map(
    cookies.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1)]),
  );
  return (sessionId) => pairs.get(cookieName(sessionId, isSecure));
}

const readForm = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): URLSearchParams =>
  new URLSearchParams(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);

/** Browsers state where a form comes from. One that does not state it is too old to be misused by another site's form. */
function isOwnForm({ headers }: APIGatewayProxyEventV2): boolean {
  const site = headers['sec-fetch-site'];
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return (site === undefined || site === 'same-origin') && type === 'application/x-www-form-urlencoded';
}

const foreignForm = (): Step => ({ page: endPage(null, 'foreign_form') });
