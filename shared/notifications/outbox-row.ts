import * as z from 'zod';
import type { calendarMessageSchema } from '../bots/bot-message.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import { jsonText } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import type { TimerKind } from '../store/table-schema.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { notificationSchema } from './notification.ts';

/**
 * The calendar or bot that an outbox belongs to. The outbox lies in the owner's own partition, and its entries are
 * timers of the owner's kind.
 */
export interface OutboxOwner {
  partition: string;
  id: string;
  timerKind: TimerKind;
}

const notificationRow = defineRow(
  'outbox notification',
  1,
  z.object({ id: z.string(), notification: jsonText(notificationSchema) }),
);
/** A committed notification that waits to be published: at least once, always under the same idempotency key. */
export type OutboxEntry = ReturnType<typeof notificationRow.read>;

/** A committed message that waits to be sent to the bot queue, at least once. */
export interface OutboxMessage {
  id: string;
  message: z.output<typeof calendarMessageSchema>;
}

const prefix = 'OUTBOX#';

export const outboxKey = ({ partition }: OutboxOwner, id: string) => ({ PK: partition, SK: `${prefix}${id}` });

/**
 * The row of an entry, to be put in the transaction of the change it announces.
 *
 * @param dueAt when the owner's worker looks for an entry that was not published or sent
 */
export const writeOutboxEntry = (
  owner: OutboxOwner,
  entry: OutboxEntry,
  dueAt: Timestamp,
): Record<string, unknown> => ({
  ...outboxKey(owner, entry.id),
  ...notificationRow.write(entry),
  ...timerAttributes(owner.timerKind, owner.id, dueAt, entry.notification.project_id),
});

const isOutboxRow = ({ SK }: Record<string, unknown>): boolean => String(SK).startsWith(prefix);

/** The notifications among the rows of an owner's partition, in the order of the ids. */
export const readOutbox = (table: Table, rows: Record<string, unknown>[]): OutboxEntry[] =>
  readableRows(
    table,
    rows.filter((row) => isOutboxRow(row) && 'notification' in row),
    notificationRow.read,
  );
