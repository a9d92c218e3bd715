import { describe, expect, it } from 'vitest';
import { AppError, type AppErrorCode, invalidFields } from '../../../shared/platform/app-error.ts';
import { errorAnswer } from '../../support/error-answer.ts';

const json = { 'content-type': 'application/json' };

/** Every code, with its status and the shape of its body. A new code does not compile until it is here. */
const answers: Record<AppErrorCode, [status: number, body: object]> = {
  unauthenticated: [401, { detail: 'text' }],
  malformed_request: [400, { detail: 'text' }],
  invalid_fields: [400, { non_field_errors: ['text'] }],
  invalid_query: [400, { error: 'text' }],
  refused: [400, { error: 'text' }],
  not_found: [404, { error: 'text' }],
  invalid_cursor: [404, { detail: 'text' }],
  cursor_expired: [410, { detail: 'text' }],
  method_not_allowed: [405, { detail: 'text' }],
  conflict: [409, { detail: 'text' }],
  unsupported_media_type: [415, { detail: 'text' }],
  key_reused: [422, { detail: 'text' }],
  provider_unavailable: [503, { detail: 'text' }],
  throttled: [429, { detail: 'text' }],
  unreadable: [409, { error: 'text' }],
};

describe('the answer to an error', () => {
  it.each(Object.entries(answers))('has the status and the shape of its code %s', (code, [status, body]) => {
    expect(errorAnswer(new AppError(code as AppErrorCode, 'text'))).toMatchObject({ status, body });
  });

  it('has the texts of each field when fields are invalid', () => {
    const body = { url: ['Enter a valid URL.'], triggers: ['This list may not be empty.'] };
    expect(errorAnswer(invalidFields(body))).toEqual({ status: 400, headers: json, body });
  });

  it('asks for a token when no key is valid', () => {
    const { headers } = errorAnswer(new AppError('unauthenticated', 'text'));
    expect(headers).toEqual({ ...json, 'www-authenticate': 'Token' });
  });

  it.each(['conflict', 'throttled'] as const)('says when to try again after %s', (code) => {
    const { headers } = errorAnswer(new AppError(code, 'text', { retryAfterSeconds: 12 }));
    expect(headers).toEqual({ ...json, 'retry-after': '12' });
  });

  it('names the methods that are allowed', () => {
    const { headers } = errorAnswer(new AppError('method_not_allowed', 'text', { allowedMethods: ['GET', 'PUT'] }));
    expect(headers).toEqual({ ...json, allow: 'GET, PUT' });
  });
});
