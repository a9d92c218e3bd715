import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import type { Platform } from '../../shared/calendars/calendar.ts';

const google = (status: number, reason: string, domain = 'global', details?: string): FaultOutcome => ({
  status,
  body: {
    error: {
      code: status,
      message: reason,
      errors: [{ domain, reason, message: reason }],
      ...(details !== undefined && {
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: details, domain: 'googleapis.com' }],
      }),
    },
  },
});

const graph = (status: number, code: string, message = code): FaultOutcome => ({
  status,
  body: { error: { code, message } },
});

const html: FaultOutcome = { status: 403, html: '<html><title>blocked</title></html>' };

/** Answers that public bug reports have shown, and that do not prove anything about a calendar when they come once. */
const apiOddities: Record<Platform, FaultOutcome[]> = {
  google: [
    google(403, 'forbidden', 'global', 'API_KEY_SERVICE_BLOCKED'),
    google(403, 'forbidden'),
    google(403, 'insufficientPermissions'),
    google(403, 'dailyLimitExceededUnreg', 'usageLimits'),
    google(403, 'responseTooLarge'),
    google(403, 'notACalendarUser', 'calendar'),
    google(401, 'authError'),
    google(404, 'notFound'),
    google(400, 'badRequest'),
    google(418, 'teapot', 'kitchen'),
    google(500, 'backendError'),
    html,
    { dropConnection: true },
  ],
  microsoft: [
    graph(403, 'UnknownError', ''),
    graph(403, 'ErrorAccessDenied'),
    graph(403, 'ErrorQuotaExceeded'),
    graph(401, 'AuthOMMissingRequiredPermissions'),
    graph(404, 'ErrorItemNotFound'),
    graph(404, 'MailboxNotEnabledForRESTAPI'),
    graph(400, 'ErrorInvalidIdMalformed'),
    graph(418, 'Teapot'),
    graph(504, 'UnknownError', ''),
    html,
    { dropConnection: true },
  ],
};

const tokenOddities: FaultOutcome[] = [
  { status: 400, body: { error: 'invalid_grant' } },
  { status: 400, body: { error: 'no_such_word' } },
  { status: 401, body: { error: 'invalid_client' } },
  { status: 503, body: {} },
  html,
];

/** Which requests are answered so: all of them, or a single kind. */
export const oddPlaces = ['any', 'list', 'delta', 'event', 'instances', 'token', 'open'] as const;
export type OddPlace = (typeof oddPlaces)[number];

/** One of the odd answers for such a request. */
export function oddAnswer(platform: Platform, place: OddPlace, index: number): FaultOutcome {
  const answers = place === 'token' ? tokenOddities : apiOddities[platform];
  return answers[index % answers.length] ?? html;
}
