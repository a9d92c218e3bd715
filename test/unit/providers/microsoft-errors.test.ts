import { describe, expect, it } from 'vitest';
import { microsoftGraphError, microsoftTokenError } from '../../../shared/providers/microsoft/microsoft-errors.ts';

const graph = (status: number, code: string, headers: Record<string, string> = {}, message = '') =>
  microsoftGraphError({ status, headers: new Headers(headers), body: { error: { code, message } } }, 0).verdict;
const token = (error: string, code: number, status = 400) =>
  microsoftTokenError(status, { error, error_description: `AADSTS${code}: why.\r\nTrace ID: x`, error_codes: [code] })
    .verdict;

describe('an error of Graph', () => {
  it.each([
    [410, 'SyncStateNotFound', 'resync'],
    [410, 'syncStateNotFound', 'resync'],
    [400, 'syncStateNotFound', 'resync'],
    [404, 'resyncRequired', 'resync'],
    [410, '', 'resync'],
    [401, 'InvalidAuthenticationToken', 'unauthorized'],
    [403, 'ErrorAccessDenied', 'forbidden'],
    [404, 'ErrorItemNotFound', 'missing'],
    [404, 'ResourceNotFound', 'missing'],
    [404, 'MailboxNotEnabledForRESTAPI', 'disconnect'],
    [423, '', 'retry'],
    [429, 'ApplicationThrottled', 'retry'],
    [400, 'ErrorMailboxMoveInProgress', 'retry'],
    [500, 'UnknownError', 'retry'],
    [503, 'MailboxConcurrency', 'retry'],
    [504, 'UnknownError', 'retry'],
    [400, 'ErrorInvalidUrlQuery', 'operator'],
  ])('%i %s means %s', (status, code, kind) => {
    expect(graph(status, code).kind).toBe(kind);
  });

  it('is also recognized by its inner errors and by its message', () => {
    const body = {
      error: {
        code: 'UnknownError',
        message: '',
        innererror: { code: 'x', message: '', innerError: { code: 'SyncStateNotFound' } },
      },
    };
    expect(microsoftGraphError({ status: 400, headers: new Headers(), body }, 0).verdict.kind).toBe('resync');
    expect(graph(400, 'odd', {}, 'The sync state generation is not found; generation=7').kind).toBe('resync');
  });

  it('has a pause as long as its Retry-After', () => {
    expect(graph(429, 'TooManyRequests', { 'retry-after': '11' })).toEqual({ kind: 'retry', retryAfterMs: 11_000 });
  });
});

describe('an error of the token endpoint', () => {
  it.each([
    ['invalid_grant', 50173, { kind: 'disconnect', code: 'authorization_revoked' }],
    ['invalid_grant', 700082, { kind: 'disconnect', code: 'authorization_revoked' }],
    ['interaction_required', 50076, { kind: 'disconnect', code: 'authorization_revoked' }],
    ['invalid_grant', 65001, { kind: 'disconnect', code: 'consent_missing' }],
    ['invalid_grant', 50057, { kind: 'disconnect', code: 'account_disabled' }],
    ['invalid_grant', 53003, { kind: 'disconnect', code: 'admin_blocked' }],
    ['invalid_grant', 999_999, { kind: 'disconnect', code: 'authorization_revoked' }],
    ['invalid_client', 7000215, { kind: 'operator' }],
    ['invalid_client', 7000222, { kind: 'operator' }],
    ['unauthorized_client', 700016, { kind: 'operator' }],
    ['invalid_request', 50194, { kind: 'operator' }],
    ['temporarily_unavailable', 90033, { kind: 'retry' }],
    ['invalid_grant', 50196, { kind: 'retry', retryAfterMs: 7_200_000 }],
    ['something_new', 999_999, { kind: 'retry' }],
  ])('%s AADSTS%i means %j', (error, code, verdict) => {
    expect(token(error, code)).toEqual(verdict);
  });

  it('is passing with 429 and 5xx, without an answer, and with one that is not JSON', () => {
    expect(token('invalid_grant', 50173, 503)).toEqual({ kind: 'retry' });
    expect(microsoftTokenError(429, { error: 'x' }, 5000).verdict).toEqual({ kind: 'retry', retryAfterMs: 5000 });
    expect(microsoftTokenError(undefined, undefined).verdict).toEqual({ kind: 'retry' });
    expect(microsoftTokenError(400, null).verdict).toEqual({ kind: 'retry' });
  });

  it('shows its number and its first line, but no trace ids', () => {
    const error = microsoftTokenError(400, {
      error: 'invalid_grant',
      error_description: 'AADSTS50173: The grant was revoked.\r\nTrace ID: secret-ish',
    });
    expect([error.providerCode, error.message]).toEqual(['AADSTS50173', 'AADSTS50173: The grant was revoked.']);
  });
});
