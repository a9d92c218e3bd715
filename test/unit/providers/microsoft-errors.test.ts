import { describe, expect, it } from 'vitest';
import { microsoftGraphError, microsoftTokenError } from '../../../shared/providers/microsoft/microsoft-errors.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
  body,
});
const graph = (status: number, code: string, headers: Record<string, string> = {}, message = '') =>
  microsoftGraphError(answer(status, { error: { code, message } }, headers), 0).verdict;
const token = (error: string, code: number, status = 400) =>
  microsoftTokenError(
    answer(status, { error, error_description: `AADSTS${code}: why.\r\nTrace ID: x`, error_codes: [code] }),
    0,
  ).verdict;

describe('an error of Graph', () => {
  it.each([
    [410, 'SyncStateNotFound', 'resync'],
    [410, 'syncStateNotFound', 'resync'],
    [400, 'syncStateNotFound', 'resync'],
    [404, 'resyncRequired', 'resync'],
    [410, '', 'resync'],
    [401, 'InvalidAuthenticationToken', 'unauthorized'],
    [403, 'ErrorAccessDenied', 'refused'],
    [403, 'UnknownError', 'refused'],
    [403, 'constructor', 'refused'],
    [401, 'UnknownError', 'unauthorized'],
    [404, 'ErrorNonExistentMailbox', 'missing'],
    [404, 'ErrorInvalidUser', 'missing'],
    [404, 'ErrorItemNotFound', 'missing'],
    [404, 'ResourceNotFound', 'missing'],
    [404, 'MailboxNotEnabledForRESTAPI', 'disconnect'],
    [423, '', 'retry'],
    [429, 'ApplicationThrottled', 'quota'],
    [400, 'ErrorMailboxMoveInProgress', 'retry'],
    [500, 'UnknownError', 'retry'],
    [503, 'MailboxConcurrency', 'retry'],
    [504, 'UnknownError', 'retry'],
    [400, 'ErrorInvalidUrlQuery', 'rejected'],
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
    expect(microsoftGraphError(answer(400, body), 0).verdict.kind).toBe('resync');
    expect(graph(400, 'odd', {}, 'The sync state generation is not found; generation=7').kind).toBe('resync');
  });

  it('has a pause as long as its Retry-After', () => {
    expect(graph(429, 'TooManyRequests', { 'retry-after': '11' })).toEqual({ kind: 'quota', retryAfterMs: 11_000 });
  });

  it.each([
    [404, 'MailboxNotEnabledForRESTAPI', '', 'mailbox_unavailable'],
    [403, 'ErrorAccountSuspend', 'Account suspended. Follow the instructions in your Inbox.', 'account_disabled'],
    [
      403,
      'ErrorAccessDenied',
      'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      'admin_blocked',
    ],
  ])('%i %s shows who can repair it', (status, code, message, failure) => {
    expect(graph(status, code, {}, message)).toEqual({ kind: 'disconnect', code: failure });
  });

  it.each([undefined, 'text', [], { message: 'Forbidden' }])(
    'proves nothing when its body is not Graph’s: %j',
    (body) => {
      for (const status of [401, 403, 404]) {
        expect(microsoftGraphError(answer(status, body), 0).verdict).toMatchObject({
          kind: 'retry',
          error: 'answer_unreadable',
        });
      }
    },
  );

  it('asks for an interactive sign-in, which a refreshed token cannot replace', () => {
    const headers = { 'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="e30="' };
    expect(graph(401, 'InvalidAuthenticationToken', headers)).toEqual({ kind: 'unauthorized' });
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
    ['invalid_client', 7000215, { kind: 'operator', error: 'client_refused' }],
    ['invalid_client', 7000222, { kind: 'operator', error: 'client_refused' }],
    ['invalid_grant', 50020, { kind: 'disconnect', code: 'account_disabled' }],
    ['invalid_grant', 50034, { kind: 'disconnect', code: 'account_disabled' }],
    ['invalid_grant', 500341, { kind: 'disconnect', code: 'account_disabled' }],
    ['invalid_grant', 90072, { kind: 'disconnect', code: 'account_disabled' }],
    ['invalid_grant', 50105, { kind: 'disconnect', code: 'admin_blocked' }],
    ['unauthorized_client', 700016, { kind: 'tenant_refused', code: 'admin_blocked' }],
    ['unauthorized_client', 7000112, { kind: 'tenant_refused', code: 'admin_blocked' }],
    ['unauthorized_client', 90002, { kind: 'tenant_refused', code: 'account_disabled' }],
    ['unauthorized_client', 5000225, { kind: 'tenant_refused', code: 'account_disabled' }],
    ['invalid_request', 50194, { kind: 'operator', error: 'client_refused' }],
    ['temporarily_unavailable', 90033, { kind: 'retry', error: 'provider_unavailable' }],
    ['invalid_grant', 50196, { kind: 'quota', retryAfterMs: 7_200_000 }],
    ['something_new', 999_999, { kind: 'refused' }],
  ])('%s AADSTS%i means %j', (error, code, verdict) => {
    expect(token(error, code)).toEqual(verdict);
  });

  it('is passing with 429 and 5xx, without an answer, and with one that is not JSON', () => {
    expect(token('invalid_grant', 50173, 503)).toEqual({ kind: 'retry', error: 'provider_unavailable' });
    expect(microsoftTokenError(answer(429, { error: 'x' }, { 'retry-after': '5' }), 0).verdict).toEqual({
      kind: 'quota',
      retryAfterMs: 5000,
    });
    expect(microsoftTokenError(undefined, 0).verdict).toEqual({ kind: 'retry', error: 'provider_unavailable' });
    expect(microsoftTokenError(answer(400, undefined), 0).verdict).toEqual({
      kind: 'retry',
      error: 'answer_unreadable',
    });
  });

  it('shows its number and its first line, but no trace ids', () => {
    const body = {
      error: 'invalid_grant',
      error_description: 'AADSTS50173: The grant was revoked.\r\nTrace ID: secret-ish',
    };
    const error = microsoftTokenError(answer(400, body), 0);
    expect([error.providerCode, error.message]).toEqual(['AADSTS50173', 'AADSTS50173: The grant was revoked.']);
  });
});
