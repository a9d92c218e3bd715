import type { Logger } from '../platform/create-logger.ts';
import type { UnreadableRow } from './row.ts';

/** The metric filter of the stack looks for `alarm`. The line has the row's key and fields, and no value of it. */
export const logUnreadable = (logger: Pick<Logger, 'error'>, { kind, key, fields }: UnreadableRow): void =>
  logger.error('a stored row cannot be read', { alarm: 'unreadable_row', row: kind, key, fields });
