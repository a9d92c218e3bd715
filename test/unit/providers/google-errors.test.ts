import { describe, expect, it } from 'vitest';
import { googleApiError, googleTokenError } from '../../../shared/providers/google/google-errors.ts';

const api = (
  status: number,
  reason?: string,
  { message = '', details = [] as object[], hadSyncToken = false, retryAfter = '' } = {},
) =>
  googleApiError(
    {
      status,
      headers: new Headers(retryAfter ? { 'retry-after': retryAfter } : {}),
      body: { error: { code: status, message, errors: reason ? [{ reason }] : [], details } },
    },
    hadSyncToken,
    0,
  ).verdict;

describe('an error of the Calendar API', () => {
  it.each([
    [403, 'rateLimitExceeded', 'retry'],
    [403, 'userRateLimitExceeded', 'retry'],
    [403, 'quotaExceeded', 'retry'],
    [429, 'rateLimitExceeded', 'retry'],
    [500, 'backendError', 'retry'],
    [503, undefined, 'retry'],
    [401, 'authError', 'unauthorized'],
    [403, 'insufficientPermissions', 'disconnect'],
    [403, 'accessNotConfigured', 'operator'],
    [403, 'forbidden', 'forbidden'],
    [404, 'notFound', 'missing'],
    [410, 'fullSyncRequired', 'resync'],
    [400, 'pushNotSupportedForRequestedResource', 'push_unsupported'],
    [400, 'invalid', 'operator'],
    [400, 'timeRangeEmpty', 'operator'],
  ])('%i %s means %s', (status, reason, kind) => {
    expect(api(status, reason).kind).toBe(kind);
  });

  it('is read from its details when a scope is missing', () => {
    expect(api(403, undefined, { details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] })).toEqual({
      kind: 'disconnect',
      code: 'consent_missing',
    });
  });

  it('of a request with a sync token means a new listing for a 410, or for a token that is named invalid', () => {
    expect(api(410, undefined, { hadSyncToken: true }).kind).toBe('resync');
    expect(api(400, 'invalid', { hadSyncToken: true, message: 'Invalid sync token value.' }).kind).toBe('resync');
  });

  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['nonsense', undefined],
  ])('has a pause as long as its Retry-After: %s', (retryAfter, ms) => {
    expect(api(503, undefined, { retryAfter })).toEqual(
      ms === undefined ? { kind: 'retry' } : { kind: 'retry', retryAfterMs: ms },
    );
  });

  it.each([undefined, null, 'text', [], { error: 'text' }])(
    'is classified by its status when its body is %j',
    (body) => {
      expect(googleApiError({ status: 404, headers: new Headers(), body }, false, 0).verdict.kind).toBe('missing');
    },
  );
});

describe('an error of the token endpoint', () => {
  it.each([
    [400, 'invalid_grant', { kind: 'disconnect', code: 'authorization_revoked' }],
    [400, 'admin_policy_enforced', { kind: 'disconnect', code: 'admin_blocked' }],
    [401, 'invalid_client', { kind: 'operator' }],
    [401, 'deleted_client', { kind: 'operator' }],
    [400, 'unauthorized_client', { kind: 'operator' }],
    [400, 'invalid_scope', { kind: 'operator' }],
    [400, 'something_new', { kind: 'retry' }],
    [429, 'rate_limit_exceeded', { kind: 'retry' }],
    [503, 'invalid_grant', { kind: 'retry' }],
  ])('%i %s means %j', (status, error, verdict) => {
    expect(googleTokenError(status, { error }).verdict).toEqual(verdict);
  });

  it('is passing without an answer, or with one that is not JSON', () => {
    expect(googleTokenError(undefined, undefined).verdict).toEqual({ kind: 'retry' });
    expect(googleTokenError(400, '<html>').verdict).toEqual({ kind: 'retry' });
  });
});
