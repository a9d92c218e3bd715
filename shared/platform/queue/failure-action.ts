import { AppError, type AppErrorCode } from '../app-error.ts';

/**
 * What a queue worker does with a message whose work failed.
 * - `retry`: the message comes back after a pause that grows with its attempts.
 * - `drop`: the message is done, because there is nothing left to work on.
 * - `park`: trying again cannot help. The message stays in the queue until the dead-letter queue takes it, and an alarm
 *   calls the operator.
 */
export type FailureAction = 'retry' | 'drop' | 'park';

const actions: Record<AppErrorCode, FailureAction> = {
  unauthenticated: 'park',
  malformed_request: 'park',
  invalid_fields: 'park',
  invalid_query: 'park',
  refused: 'park',
  not_found: 'drop',
  invalid_cursor: 'park',
  cursor_expired: 'park',
  method_not_allowed: 'park',
  conflict: 'retry',
  unsupported_media_type: 'park',
  key_reused: 'park',
  throttled: 'retry',
};

/** An unexpected error is retried: it may be an outage. */
export const failureActionOf = (error: unknown): FailureAction =>
  error instanceof AppError ? actions[error.code] : 'retry';
