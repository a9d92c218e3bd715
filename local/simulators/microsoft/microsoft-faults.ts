import type { FaultOutcome } from '../fault-rules.ts';
import { type AadstsCode, aadstsAnswer, tokenError } from './aadsts-table.ts';
import { graphErrorBody } from './graph-error.ts';

function fault(status: number, code: string, message: string, headers?: Record<string, string>): FaultOutcome {
  return { status, body: graphErrorBody(code, message), ...(headers === undefined ? {} : { headers }) };
}

const later = (seconds: number) => ({ 'retry-after': String(seconds) });
const CLAIMS = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1764000000"}}}').toString('base64');
const NO_SYNC_STATE = 'The sync state generation is not found; generation=1.';

/** Ready-made outcomes for fault rules: the errors of Graph and of Microsoft's sign-in (docs/providers.md#errors). */
export const microsoftFaults = {
  invalidUrlQuery: fault(400, 'ErrorInvalidUrlQuery', 'The query is not supported.'),
  invalidParameter: fault(400, 'ErrorInvalidParameter', "The value '' of parameter 'StartDateTime' is invalid."),
  parseUri: fault(400, 'RequestBroker--ParseUri', 'Resource not found for the segment.'),
  idMalformed: fault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.'),
  invalidAuthenticationToken: fault(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'),
  lifetimeValidationFailed: fault(
    401,
    'InvalidAuthenticationToken',
    'Lifetime validation failed, the token is expired.',
  ),
  compactToken: fault(401, 'InvalidAuthenticationToken', 'CompactToken parsing failed with error code: 80049217'),
  /** Continuous access evaluation: only the user can help. */
  claimsChallenge: fault(401, 'InvalidAuthenticationToken', 'Continuous access evaluation resulted in challenge.', {
    'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${CLAIMS}"`,
  }),
  accessDenied: fault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  authorizationRequestDenied: fault(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  ),
  insufficientClaims: fault(403, 'insufficient_claims', 'The token lacks claims that this resource needs.'),
  itemNotFound: fault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.'),
  resourceNotFound: fault(404, 'ResourceNotFound', 'Resource could not be discovered.'),
  mailboxNotEnabled: fault(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  mailboxNotSupported: fault(404, 'MailboxNotEnabledForRESTAPI', 'REST API is not yet supported for this mailbox.'),
  conflict: fault(409, 'Conflict', 'A subscription to this resource exists already.'),
  gone: fault(410, 'SyncStateNotFound', NO_SYNC_STATE),
  syncStateNotFound: fault(400, 'syncStateNotFound', NO_SYNC_STATE),
  resyncRequired: fault(404, 'resyncRequired', 'Resync required. Replace any local items with the server version.'),
  locked: fault(423, 'ErrorMailboxLocked', 'The mailbox is locked.'),
  mailboxMoveInProgress: fault(503, 'ErrorMailboxMoveInProgress', 'Mailbox move in progress. Try again later.'),
  mailboxStoreUnavailable: fault(503, 'ErrorMailboxStoreUnavailable', 'The mailbox database is not available.'),
  transientError: fault(
    500,
    'ErrorInternalServerTransientError',
    'An internal server error occurred. Try again later.',
  ),
  serverBusy: fault(503, 'ErrorServerBusy', 'The server cannot service this request right now. Try again later.'),
  timeoutExpired: fault(504, 'ErrorTimeoutExpired', 'The request timed out.'),
  applicationThrottled: (seconds: number) =>
    fault(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', later(seconds)),
  tooManyRequests: (seconds: number) => fault(429, 'TooManyRequests', 'Too many requests.', later(seconds)),
  mailboxConcurrency: (seconds: number) =>
    fault(503, 'MailboxConcurrency', 'Application is over its MailboxConcurrency limit.', later(seconds)),
  internalServerError: fault(500, 'InternalServerError', 'Internal server error.'),
  badGateway: { status: 502, html: '<!DOCTYPE html><title>502 Bad Gateway</title>' },
  serviceUnavailable: fault(503, 'ServiceUnavailable', 'The service is unavailable.'),
  gatewayTimeout: fault(504, 'GatewayTimeout', 'The gateway timed out.'),
  /** As huge expansions fail: a code without a message. */
  unknownError: fault(504, 'UnknownError', ''),
  /** The other spelling of the inner error. */
  unknownErrorSmall: { status: 503, body: graphErrorBody('UnknownError', '', 'innererror') },
  /** No answer at all for a while, then a closed connection. */
  timeout: (delayMs: number): FaultOutcome => ({ delayMs, dropConnection: true }),
  droppedConnection: { dropConnection: true },
  /** The work is done but its answer never arrives. */
  lostAnswer: { afterWork: true, dropConnection: true },
  truncatedJson: { truncate: true },
  slow: (delayMs: number): FaultOutcome => ({ delayMs }),
  /** A refusal of the token endpoint by its number. */
  aadsts: (code: AadstsCode): FaultOutcome => aadstsAnswer(code),
  tokenTooManyRequests: (seconds: number): FaultOutcome => ({
    ...tokenError(429, 'temporarily_unavailable', 90055, 'There were too many requests.'),
    headers: later(seconds),
  }),
  tokenUnavailable: { ...tokenError(503, 'temporarily_unavailable', 90033, 'The service is temporarily unavailable.') },
  tokenHtml: { status: 500, html: '<!DOCTYPE html><title>Sign in to your account</title>' },
  /** An HTTP success that is no JSON at all. */
  tokenHtmlSuccess: { status: 200, html: '<!DOCTYPE html><title>Sign in to your account</title>' },
} satisfies Record<string, FaultOutcome | ((argument: never) => FaultOutcome)>;
