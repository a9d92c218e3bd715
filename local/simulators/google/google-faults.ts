import type { FaultOutcome } from '../fault-rules.ts';
import { calendarErrorBody } from './google-error.ts';

function usageLimit(status: number, reason: string, message: string): FaultOutcome {
  return { status, body: calendarErrorBody(status, reason, message, { domain: 'usageLimits' }) };
}

function denied(reason: string, details?: unknown[]): FaultOutcome {
  const message = 'Request had insufficient authentication scopes.';
  const more = { status: 'PERMISSION_DENIED', ...(details === undefined ? {} : { details }) };
  return { status: 403, body: calendarErrorBody(403, reason, message, more) };
}

function backend(status: number): FaultOutcome {
  return { status, body: calendarErrorBody(status, 'backendError', 'Backend Error') };
}

function oauth(status: number, error: string, description: string): FaultOutcome {
  return { status, body: { error, error_description: description } };
}

const SYNC_MESSAGE = 'Sync token is no longer valid, a full sync is required.';

/** Ready-made outcomes for fault rules: the errors of the Calendar API and of its token endpoint (docs/providers.md#errors). */
export const googleFaults = {
  invalidSyncToken: {
    status: 400,
    body: calendarErrorBody(400, 'invalid', 'Invalid sync token value.', { location: 'syncToken' }),
  },
  authError: {
    status: 401,
    body: calendarErrorBody(401, 'authError', 'Invalid Credentials', {
      location: 'Authorization',
      locationType: 'header',
    }),
  },
  rateLimitExceeded: usageLimit(403, 'rateLimitExceeded', 'Rate Limit Exceeded'),
  userRateLimitExceeded: usageLimit(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded'),
  quotaExceeded: usageLimit(403, 'quotaExceeded', 'Calendar usage limits exceeded.'),
  insufficientPermissions: denied('insufficientPermissions'),
  scopeInsufficient: denied('insufficientPermissions', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      domain: 'googleapis.com',
    },
  ]),
  accessNotConfigured: usageLimit(
    403,
    'accessNotConfigured',
    'Google Calendar API has not been used in this project before or it is disabled.',
  ),
  forbidden: { status: 403, body: calendarErrorBody(403, 'forbidden', 'Forbidden') },
  requiredAccessLevel: {
    status: 403,
    body: calendarErrorBody(403, 'requiredAccessLevel', 'You need to have reader access to this calendar.'),
  },
  notFound: { status: 404, body: calendarErrorBody(404, 'notFound', 'Not Found') },
  fullSyncRequired: {
    status: 410,
    body: calendarErrorBody(410, 'fullSyncRequired', SYNC_MESSAGE, { domain: 'calendar', location: 'syncToken' }),
  },
  goneWithoutReason: { status: 410, body: calendarErrorBody(410, undefined, SYNC_MESSAGE) },
  tooManyRequests: (retryAfterSeconds: number): FaultOutcome => ({
    ...usageLimit(429, 'rateLimitExceeded', 'Rate Limit Exceeded'),
    headers: { 'retry-after': String(retryAfterSeconds) },
  }),
  internalError: backend(500),
  badGateway: { status: 502, html: '<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>' },
  serviceUnavailable: backend(503),
  gatewayTimeout: backend(504),
  /** No answer at all for a while, then a closed connection. */
  timeout: (delayMs: number): FaultOutcome => ({ delayMs, dropConnection: true }),
  droppedConnection: { dropConnection: true },
  /** The work is done but its answer never arrives. */
  lostAnswer: { afterWork: true, dropConnection: true },
  truncatedJson: { truncate: true },
  slow: (delayMs: number): FaultOutcome => ({ delayMs }),
  invalidGrant: oauth(400, 'invalid_grant', 'Token has been expired or revoked.'),
  invalidRapt: {
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    },
  },
  invalidClient: oauth(401, 'invalid_client', 'Unauthorized'),
  deletedClient: oauth(401, 'deleted_client', 'The OAuth client was deleted.'),
  adminPolicyEnforced: oauth(400, 'admin_policy_enforced', 'The administrator does not allow this app.'),
  tokenRateLimit: { ...oauth(429, 'rate_limit_exceeded', 'Rate Limit Exceeded'), headers: { 'retry-after': '1' } },
  tokenUnavailable: oauth(503, 'internal_failure', 'Backend Error'),
} satisfies Record<string, FaultOutcome | ((milliseconds: number) => FaultOutcome)>;
