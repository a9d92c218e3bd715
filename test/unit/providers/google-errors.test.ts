import { describe, expect, it } from 'vitest';
import { googleApiError, googleTokenError } from '../../../shared/providers/google/google-errors.ts';

const answer = (status: number, body: unknown, retryAfter = '') => ({
  status,
  headers: new Headers(retryAfter ? { 'retry-after': retryAfter } : {}),
  body,
});
const api = (
  status: number,
  reason?: string,
  { message = '', domain = 'global', details = [] as object[], hadSyncToken = false, retryAfter = '' } = {},
) =>
  googleApiError(
    answer(
      status,
      { error: { code: status, message, errors: reason ? [{ domain, reason, message }] : [], details } },
      retryAfter,
    ),
    hadSyncToken,
    0,
  ).verdict;
const detail = (reason: string) => [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' },
];

describe('an error of the Calendar API', () => {
  it.each([
    [403, 'rateLimitExceeded', 'quota'],
    [403, 'userRateLimitExceeded', 'quota'],
    [403, 'quotaExceeded', 'quota'],
    [403, 'dailyLimitExceeded', 'quota'],
    [403, 'dailyLimitExceededUnreg', 'quota'],
    [403, 'userRateLimitExceededUnreg', 'quota'],
    [403, 'concurrentLimitExceeded', 'quota'],
    [403, 'calendarUsageLimitsExceeded', 'quota'],
    [429, 'rateLimitExceeded', 'quota'],
    [500, 'backendError', 'retry'],
    [503, undefined, 'retry'],
    [401, 'authError', 'unauthorized'],
    [403, 'insufficientPermissions', 'disconnect'],
    [403, 'accessNotConfigured', 'operator'],
    [403, 'forbidden', 'refused'],
    [403, 'aNewWord', 'refused'],
    [403, 'constructor', 'refused'],
    [403, 'responseTooLarge', 'too_large'],
    [404, 'notFound', 'missing'],
    [410, 'fullSyncRequired', 'resync'],
    [400, 'pushNotSupportedForRequestedResource', 'push_unsupported'],
    [400, 'invalid', 'rejected'],
    [400, 'timeRangeEmpty', 'rejected'],
  ])('%i %s means %s', (status, reason, kind) => {
    expect(api(status, reason).kind).toBe(kind);
  });

  it('is a quota when its domain is one, whatever the reason', () => {
    expect(api(403, 'aNewWord', { domain: 'usageLimits' })).toEqual({ kind: 'quota' });
  });

  it.each([
    ['RATE_LIMIT_EXCEEDED', { kind: 'quota' }],
    ['ACCESS_TOKEN_SCOPE_INSUFFICIENT', { kind: 'disconnect', code: 'consent_missing' }],
    ['SERVICE_DISABLED', { kind: 'operator', error: 'api_not_enabled' }],
    ['API_KEY_SERVICE_BLOCKED', { kind: 'operator', error: 'api_not_enabled' }],
    ['CONSUMER_SUSPENDED', { kind: 'operator', error: 'api_not_enabled' }],
    ['CONSUMER_INVALID', { kind: 'operator', error: 'api_not_enabled' }],
    ['BILLING_DISABLED', { kind: 'operator', error: 'api_not_enabled' }],
    ['USER_PROJECT_DENIED', { kind: 'operator', error: 'api_not_enabled' }],
  ])('is read from its details, which are more precise than its reason: %s', (reason, verdict) => {
    expect(api(403, 'forbidden', { details: detail(reason) })).toEqual(verdict);
    expect(api(403, undefined, { details: detail(reason) })).toEqual(verdict);
  });

  it('names the API that is not enabled, although the domain is that of quotas', () => {
    const verdict = api(403, 'accessNotConfigured', { domain: 'usageLimits', details: detail('SERVICE_DISABLED') });
    expect(verdict).toEqual({ kind: 'operator', error: 'api_not_enabled' });
  });

  it.each([
    ['notACalendarUser', 'mailbox_unavailable'],
    ['domainPolicy', 'admin_blocked'],
    ['domainCannotUseApis', 'admin_blocked'],
  ])('%s is for an administrator to repair', (reason, code) => {
    expect(api(403, reason, { domain: 'calendar' })).toEqual({ kind: 'disconnect', code });
  });

  it('of a request with a sync token means a new listing for a 410, or for a token that is named invalid', () => {
    expect(api(410, undefined, { hadSyncToken: true }).kind).toBe('resync');
    expect(api(400, 'invalid', { hadSyncToken: true, message: 'Invalid sync token value.' }).kind).toBe('resync');
  });

  it('has a pause as long as its Retry-After', () => {
    expect(api(503, undefined, { retryAfter: '7' })).toMatchObject({ kind: 'retry', retryAfterMs: 7000 });
    expect(api(403, 'rateLimitExceeded', { retryAfter: '7' })).toEqual({ kind: 'quota', retryAfterMs: 7000 });
  });

  it.each([undefined, 'text', [], { error: 'text' }, { message: 'Forbidden' }])(
    'proves nothing when its body is not Google’s: %j',
    (body) => {
      for (const status of [401, 403, 404]) {
        expect(googleApiError(answer(status, body), false, 0).verdict).toMatchObject({
          kind: 'retry',
          error: 'answer_unreadable',
        });
      }
    },
  );

  it('is classified by its status when its body is empty', () => {
    expect(googleApiError(answer(404, null), false, 0).verdict.kind).toBe('missing');
  });
});

describe('an error of the token endpoint', () => {
  const token = (status: number, error: string, description?: string) =>
    googleTokenError(answer(status, { error, ...(description && { error_description: description }) }), 0).verdict;
  it.each([
    [400, 'invalid_grant', { kind: 'disconnect', code: 'authorization_revoked' }],
    [400, 'admin_policy_enforced', { kind: 'disconnect', code: 'admin_blocked' }],
    [401, 'invalid_client', { kind: 'operator', error: 'client_refused' }],
    [401, 'deleted_client', { kind: 'operator', error: 'client_refused' }],
    [400, 'unauthorized_client', { kind: 'operator', error: 'client_refused' }],
    [400, 'invalid_scope', { kind: 'operator', error: 'client_refused' }],
    [400, 'something_new', { kind: 'refused' }],
    [400, 'constructor', { kind: 'refused' }],
    [429, 'rate_limit_exceeded', { kind: 'quota' }],
    [403, 'rate_limit_exceeded', { kind: 'quota' }],
    [503, 'invalid_grant', { kind: 'retry', error: 'provider_unavailable' }],
  ])('%i %s means %j', (status, error, verdict) => {
    expect(token(status, error)).toEqual(verdict);
  });

  it.each(['Account has been deleted', 'Account has been disabled.', 'Invalid grant: account not found'])(
    'shows an account that a new consent cannot repair: %s',
    (description) => {
      expect(token(400, 'invalid_grant', description)).toEqual({ kind: 'disconnect', code: 'account_disabled' });
    },
  );

  it('is passing without an answer, or with one that is not JSON', () => {
    expect(googleTokenError(undefined, 0).verdict).toMatchObject({ kind: 'retry', error: 'provider_unavailable' });
    expect(googleTokenError(answer(400, undefined), 0).verdict).toMatchObject({
      kind: 'retry',
      error: 'answer_unreadable',
    });
  });
});
