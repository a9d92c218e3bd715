import type * as z from 'zod';
import { existingIdHeader } from './answer.ts';
import { answerObject, type Component } from './component.ts';
import { detailOut, fieldErrorsOut, invalidRequestOut, lookupErrorOut, problemOut } from './error-schemas.ts';
import { idempotencyKeyHeader } from './idempotency-key.ts';
import { ignoredParametersHeader } from './ignored-parameters.ts';
import type { HeaderName } from './response-headers.ts';

export interface ErrorResponse {
  status: number;
  description: string;
  /** Absent where the gateway answers, not Kalends. */
  schema?: z.ZodType;
  example?: unknown;
  headers?: readonly HeaderName[];
}

const conflictText =
  `Too many concurrent updates, or a request with this \`${idempotencyKeyHeader}\` is still running. ` +
  'Send the request again after `Retry-After`.';
const unreadableText = 'The object is stored, but what is stored cannot be read. The operator has been alarmed.';

/** Answers with an error, by their names in the document. An operation lists those that it can give. */
export const errorResponses = {
  InvalidQuery: {
    status: 400,
    description:
      'A query parameter is invalid (with `Prefer: handling=strict` also one that is not known), or the state of the object does not allow the request.',
    schema: lookupErrorOut,
    example: { error: 'Invalid start_time_gte format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)' },
    headers: [ignoredParametersHeader],
  },
  InvalidRequest: {
    status: 400,
    description:
      'Fields are invalid (all faults at once, by field), the body is no JSON object, or the state of the objects does not allow the request.',
    schema: invalidRequestOut,
    example: { bot_name: ['This field is required.'] },
    headers: [ignoredParametersHeader, existingIdHeader],
  },
  Unauthenticated: {
    status: 401,
    description: 'There is no valid API key.',
    schema: detailOut,
    example: { detail: 'Invalid or disabled API key' },
    headers: ['WWW-Authenticate'],
  },
  NotFound: {
    status: 404,
    description: 'The object does not exist, or belongs to another project.',
    schema: lookupErrorOut,
    example: { error: 'Calendar not found' },
    headers: [ignoredParametersHeader],
  },
  InvalidCursor: {
    status: 404,
    description: 'The cursor is malformed, or belongs to another project, list, filter or ordering.',
    schema: detailOut,
    example: { detail: 'Invalid cursor' },
  },
  NotFoundOrInvalidCursor: {
    status: 404,
    description:
      'The object does not exist or belongs to another project (`error`), or the cursor is invalid (`detail`).',
    schema: problemOut,
    example: { error: 'Webhook not found' },
  },
  Conflict: {
    status: 409,
    description: conflictText,
    schema: detailOut,
    example: { detail: 'Too many concurrent updates. Please try again.' },
    headers: ['Retry-After'],
  },
  Unreadable: {
    status: 409,
    description: unreadableText,
    schema: lookupErrorOut,
    example: { error: 'This object is stored, but what is stored cannot be read. The operator has been alarmed.' },
  },
  ConflictOrUnreadable: {
    status: 409,
    description: `\`detail\`: ${conflictText} \`error\`: ${unreadableText}`,
    schema: problemOut,
    example: { detail: 'Too many concurrent updates. Please try again.' },
    headers: ['Retry-After'],
  },
  CursorExpired: {
    status: 410,
    description:
      'Changes after this cursor are no longer stored. Read the events again, then the feed from its beginning.',
    schema: detailOut,
    example: { detail: 'Changes after this cursor are no longer stored.' },
  },
  BodyTooLarge: {
    status: 413,
    description: 'The body is larger than 6 MB, or the answer would be.',
  },
  AddressTooLong: {
    status: 414,
    description: 'The address of the request is longer than 10,000 bytes, for example by the values of a list.',
  },
  UnsupportedMediaType: {
    status: 415,
    description: 'The body is not JSON.',
    schema: detailOut,
    example: { detail: 'Unsupported media type "text/plain" in request.' },
  },
  KeyReused: {
    status: 422,
    description: `The \`${idempotencyKeyHeader}\` was sent with another request.`,
    schema: detailOut,
    example: { detail: `This ${idempotencyKeyHeader} was sent with another request. Each request needs its own key.` },
  },
  Throttled: {
    status: 429,
    description: 'The request is beyond a limit of the project. Send it again after `Retry-After`.',
    schema: detailOut,
    example: { detail: 'Request was throttled. Expected available in 12 seconds.' },
    headers: ['Retry-After'],
  },
  HeadersTooLarge: {
    status: 431,
    description: 'The address and the headers of the request are larger than 10,000 bytes together.',
  },
  TooManyRequests: {
    status: 429,
    description: 'The API as a whole gets more requests than it may. Send the request again later.',
  },
  Unavailable: {
    status: 503,
    description:
      'Kalends, an AWS service that it uses, or the provider that the request asks has too much to do or does not answer. Send the request again, after `Retry-After` if there is one. API Gateway answers with `{"message": text}`.',
    schema: detailOut,
    example: { detail: 'Google does not answer: backendError. Please try again.' },
    headers: ['Retry-After'],
  },
  UnexpectedError: {
    status: 500,
    description: 'An unexpected error. The log of the operator has its cause under `error_id`.',
    schema: detailOut,
    example: { detail: 'Internal error', error_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
  },
} as const satisfies Record<string, ErrorResponse>;

export type ErrorName = keyof typeof errorResponses;

export const errorComponents: readonly Component[] = [
  answerObject('DetailError', detailOut, 'An error of the protocol: access, body, method, cursor, limit.', {
    detail: 'What is wrong, for a person',
    limit: 'Name of the limit that refuses the request (429); absent for the limit of requests',
    error_id: 'Id under which the log of the operator has the cause (500, 503)',
  }),
  answerObject('ErrorMessage', lookupErrorOut, 'An error of a look-up, a query parameter, or the state of an object.', {
    error: 'What is wrong, for a person',
  }),
  {
    name: 'FieldErrors',
    schema: fieldErrorsOut,
    description: 'Errors of validation: texts by field. `non_field_errors` has those about the whole body.',
  },
  { name: 'InvalidRequestError', schema: invalidRequestOut, description: 'Why a request with a body is refused.' },
  { name: 'DetailErrorOrMessage', schema: problemOut, description: 'An error of the protocol or of a look-up.' },
];
