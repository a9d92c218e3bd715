import { logUnreadable } from '../../store/log-unreadable.ts';
import { UnreadableRow } from '../../store/row.ts';
import { AppError, type AppErrorCode } from '../app-error.ts';
import type { Logger } from '../create-logger.ts';

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
  unreadable: 'park',
  unsupported_media_type: 'park',
  key_reused: 'park',
  throttled: 'retry',
  provider_unavailable: 'retry',
};

/**
 * An unexpected error is retried: it may be an outage. A row that cannot be read stays so until it is repaired.
 */
export const failureActionOf = (error: unknown): FailureAction => {
  if (error instanceof UnreadableRow) return actions.unreadable;
  return error instanceof AppError ? actions[error.code] : 'retry';
};

/** Logs why the work on a message failed. */
export function logFailure(logger: Pick<Logger, 'error'>, error: unknown, about: Record<string, unknown>): void {
  if (error instanceof UnreadableRow) logUnreadable(logger, error);
  else logger.error('unexpected error', { ...about, error: error as Error });
}
