import * as z from 'zod';
import { calendarMessageSchema } from '../bots/bot-message.ts';
import { notificationSchema } from '../notifications/notification.ts';
import { microsOf, timestampOfMicros } from '../platform/timestamp.ts';
import { shortUuid, storedTimestamp } from '../store/stored-values.ts';

/** How many events a run has changed. With `updated_at_gte` set to `since`, a list of events contains all of them. */
const changeSummarySchema = z.object({
  /** Names the run and its notification. */
  sync_id: z.string(),
  created: z.number(),
  changed: z.number(),
  deleted: z.number(),
  since: storedTimestamp,
});
export type ChangeSummary = z.output<typeof changeSummarySchema>;

/** Without names, because nearly every commit stores one. */
const packedSummary = z.codec(z.tuple([shortUuid, z.number(), z.number(), z.number(), z.int()]), changeSummarySchema, {
  decode: ([sync_id, created, changed, deleted, since]) => ({
    sync_id,
    created,
    changed,
    deleted,
    since: timestampOfMicros(since),
  }),
  encode: ({ sync_id, created, changed, deleted, since }): [string, number, number, number, number] => [
    sync_id,
    created,
    changed,
    deleted,
    microsOf(since),
  ],
});

/**
 * An entry of the outbox that the sync state holds: committed, and perhaps not sent yet. Changes of events, which nearly
 * every commit announces, are stored as their summary, and the notification is made of it when it is sent.
 */
export const stateEntrySchema = z.union([
  z.object({ changes: packedSummary, has_bot_rules: z.literal(true).optional() }),
  z.object({ id: z.string(), notification: notificationSchema }),
  z.object({ id: z.string(), message: calendarMessageSchema }),
]);
export type StateEntry = z.output<typeof stateEntrySchema>;

const idOf = (entry: StateEntry): string => ('changes' in entry ? entry.changes.sync_id : entry.id);

export const entryIds = (outbox: StateEntry[] | undefined): string[] => (outbox ?? []).map(idOf);

/** The outbox with more entries. One with the same id is replaced: it covers less. Undefined when it is empty. */
export function withEntries(outbox: StateEntry[] | undefined, more: StateEntry[]): StateEntry[] | undefined {
  const entries = new Map([...(outbox ?? []), ...more].map((entry) => [idOf(entry), entry]));
  return entries.size === 0 ? undefined : [...entries.values()];
}

/** The outbox without what is sent. Undefined when it is empty. */
export function withoutEntries(outbox: StateEntry[] | undefined, sent: readonly string[]): StateEntry[] | undefined {
  const left = (outbox ?? []).filter((entry) => !sent.includes(idOf(entry)));
  return left.length === 0 ? undefined : left;
}
