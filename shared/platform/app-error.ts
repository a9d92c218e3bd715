/**
 * Errors that Kalends can explain to a client. Every other error is unexpected, and a client learns nothing about it.
 * `shared/http/answer.ts` says how the API answers each code, `shared/platform/queue/failure-action.ts` what a queue
 * worker does with the message.
 */
export type AppErrorCode =
  /** No valid API key. */
  | 'unauthenticated'
  /** The request cannot be read: body or `Idempotency-Key`. */
  | 'malformed_request'
  /** Fields of the body are invalid; `fields` has the texts. Without `fields` the message is about the whole body. */
  | 'invalid_fields'
  | 'invalid_query'
  /** The request is valid, but the state of the objects does not allow it. */
  | 'refused'
  | 'not_found'
  | 'invalid_cursor'
  /** Rows after the cursor are no longer stored. */
  | 'cursor_expired'
  | 'method_not_allowed'
  /** Concurrent work is in the way: the same request succeeds later. */
  | 'conflict'
  /** The stored row of the object cannot be read. */
  | 'unreadable'
  | 'unsupported_media_type'
  /** The `Idempotency-Key` belongs to another request. */
  | 'key_reused'
  | 'throttled'
  /** A provider does not answer, or not yet. */
  | 'provider_unavailable';

export interface AppErrorDetails {
  /** Texts by name of the field. */
  fields?: Readonly<Record<string, readonly string[]>>;
  retryAfterSeconds?: number;
  /** Name of the limit that refuses the request. */
  limit?: string;
  allowedMethods?: readonly string[];
  /** Id of the object that holds a key which must be unique. */
  existingId?: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly details: AppErrorDetails;

  /** @param message shown to clients */
  constructor(code: AppErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** @param fields texts by name of the field */
export const invalidFields = (
  fields: Readonly<Record<string, readonly string[]>>,
  details: Pick<AppErrorDetails, 'existingId'> = {},
): AppError =>
  new AppError('invalid_fields', `Invalid fields: ${Object.keys(fields).join(', ')}`, { ...details, fields });
