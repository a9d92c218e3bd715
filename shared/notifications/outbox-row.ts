import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { defineRow } from '../store/row.ts';
import { jsonText } from '../store/stored-values.ts';
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

const outboxRow = defineRow(
  'outbox entry',
  1,
  z.object({ id: z.string(), notification: jsonText(notificationSchema) }),
);

/** A committed notification that waits to be published: at least once, always under the same idempotency key. */
export type OutboxEntry = ReturnType<typeof outboxRow.read>;

const prefix = 'OUTBOX#';

export const outboxKey = ({ partition }: OutboxOwner, id: string) => ({ PK: partition, SK: `${prefix}${id}` });

/**
 * The row of an entry, to be put in the transaction of the change it announces.
 *
 * @param dueAt when the owner's worker looks for an entry that was not published
 */
export const writeOutboxEntry = (
  owner: OutboxOwner,
  entry: OutboxEntry,
  dueAt: Timestamp,
): Record<string, unknown> => ({
  ...outboxKey(owner, entry.id),
  ...outboxRow.write(entry),
  ...timerAttributes(owner.timerKind, owner.id, dueAt),
});

/** The outbox among the rows of an owner's partition, in the order of the ids. */
export const readOutbox = (rows: Record<string, unknown>[]): OutboxEntry[] =>
  rows.filter(({ SK }) => String(SK).startsWith(prefix)).map(outboxRow.read);
