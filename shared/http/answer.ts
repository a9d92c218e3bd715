import * as z from 'zod';
import { AppError, type AppErrorCode } from '../platform/app-error.ts';
import type { ApiResponse } from './api-request.ts';

/** Header of a refusal: id of the object that holds a key which must be unique. */
export const existingIdHeader = 'X-Existing-Id';

/** The answer of a function to API Gateway, as it is also stored for repeated requests. `body` is JSON, or empty. */
export const answerSchema = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type Answer = z.output<typeof answerSchema>;

export const createAnswer = (
  { status, body, json, location }: ApiResponse,
  headers: Record<string, string> = {},
): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', ...(location !== undefined && { location }), ...headers },
  body: json ?? (body === undefined ? '' : JSON.stringify(body)),
});

/**
 * The three shapes of errors (docs/api-compatibility.md#conventions): `{"detail": text}` for the protocol,
 * `{"error": text}` for lookups and query parameters, `{"<field>": [text, …]}` for fields of the body.
 */
type ErrorShape = 'detail' | 'error' | 'fields';

const errorAnswers: Record<AppErrorCode, { status: number; shape: ErrorShape; headers?: Record<string, string> }> = {
  unauthenticated: { status: 401, shape: 'detail', headers: { 'www-authenticate': 'Token' } },
  malformed_request: { status: 400, shape: 'detail' },
  invalid_fields: { status: 400, shape: 'fields' },
  invalid_query: { status: 400, shape: 'error' },
  refused: { status: 400, shape: 'error' },
  not_found: { status: 404, shape: 'error' },
  invalid_cursor: { status: 404, shape: 'detail' },
  method_not_allowed: { status: 405, shape: 'detail' },
  conflict: { status: 409, shape: 'detail' },
  unreadable: { status: 409, shape: 'error' },
  cursor_expired: { status: 410, shape: 'detail' },
  unsupported_media_type: { status: 415, shape: 'detail' },
  key_reused: { status: 422, shape: 'detail' },
  throttled: { status: 429, shape: 'detail' },
  provider_unavailable: { status: 503, shape: 'detail' },
};

/** How the API answers an error that it can explain. */
export function answerError({ code, message, details }: AppError): Answer {
  const { status, shape, headers } = errorAnswers[code];
  const { fields, retryAfterSeconds, allowedMethods, limit, existingId } = details;
  const body =
    shape === 'fields' ? (fields ?? { non_field_errors: [message] }) : { [shape]: message, ...(limit && { limit }) };
  return createAnswer(
    { status, body },
    {
      ...headers,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(existingId !== undefined && { [existingIdHeader.toLowerCase()]: existingId }),
      ...(allowedMethods && { allow: allowedMethods.join(', ') }),
    },
  );
}

/** The answer, or that of the AppError that is thrown. Other errors are thrown on. */
export async function answerKnownErrors(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError) return answerError(error);
    throw error;
  }
}
