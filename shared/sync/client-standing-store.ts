import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Calendar } from '../calendars/calendar.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { getAllRows } from '../store/batch-get.ts';
import { above, all, sizeBelow } from '../store/expression.ts';
import { defineRow, type RowKey } from '../store/row.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';

/** More accounts than this say nothing more. */
const mostRefused = 25;

const retentionMs = 30 * 86_400_000;

const textSet = z.codec(z.set(z.string()), z.array(z.string()), {
  decode: (texts) => [...texts].sort(),
  encode: (texts) => new Set(texts),
});

/** How the accounts of one OAuth client fare. */
const standingSchema = z.object({
  /** Accounts whose calendars were refused lately, by id. An account counts once: a user who leaves takes all calendars along. */
  refused: textSet.default([]),
  /** Since when they are collected. */
  refused_since: storedTimestamp.optional(),
  /** When a calendar was synced with a fresh token, to within `syncTimingMs.successGranularity`. */
  succeeded_at: storedTimestamp.optional(),
});

const standingRow = defineRow('client standing', 1, standingSchema);

/** How the accounts of an OAuth client fare. */
export interface ClientStanding {
  /** How many of them were refused lately. */
  refused: number;
  /** When one of them was synced with a fresh token. */
  succeeded_at?: Timestamp | undefined;
}

type Client = Pick<Calendar, 'platform' | 'client_id'>;

/** The hash, because a key attribute has a limit. */
const standingKey = ({ platform, client_id: id }: Client): RowKey => ({
  PK: `CLIENT#${platform}#${createHash('sha256').update(id).digest('hex')}`,
  SK: 'STANDING',
});

const expiry = (now: number): number => Math.floor((now + retentionMs) / 1000);

/**
 * Notes that a calendar's access is refused, and reads how the client's other accounts fare. One request, a second one
 * when the collection begins again or is full.
 *
 * @param now milliseconds since the epoch
 */
export async function noteRefused(
  table: Table,
  calendar: Client & Pick<Calendar, 'account_id'>,
  now: number,
): Promise<ClientStanding> {
  const key = standingKey(calendar);
  const ids = new Set([calendar.account_id]);
  const since = timestampOf(Math.floor(now - syncTimingMs.refusedTogether));
  const added = await updateRow(table, key, {
    add: { refused: ids },
    set: { expires_at: expiry(now) },
    when: all(above('refused_since', since), sizeBelow('refused', mostRefused)),
  });
  if (added.done || isFull(added.row, since)) return standingOf(added.row);
  const begun = await updateRow(table, key, {
    set: { refused: ids, refused_since: timestampOf(Math.floor(now)), expires_at: expiry(now) },
  });
  return standingOf(begun.row);
}

const isFull = (row: Record<string, unknown>, since: Timestamp): boolean =>
  (standingRow.read(row).refused_since ?? '') > since;

function standingOf(row: Record<string, unknown>): ClientStanding {
  const { refused, succeeded_at } = standingRow.read(row);
  return { refused: refused.length, succeeded_at };
}

/**
 * Notes that a calendar of the client was synced with a fresh token: what was refused before concerns users, not the
 * client. One request, and a second one if the last note is old or calendars were refused since.
 *
 * @param now milliseconds since the epoch
 */
export async function noteSuccess(table: Table, client: Client, now: number): Promise<void> {
  const key = standingKey(client);
  const [row] = await getAllRows(table, [key]);
  const recent = timestampOf(Math.floor(now - syncTimingMs.successGranularity));
  const { succeeded_at = '', refused } = standingRow.read(row ?? {});
  if (succeeded_at > recent && refused.length === 0) return;
  await updateRow(table, key, {
    set: { succeeded_at: timestampOf(Math.floor(now)), expires_at: expiry(now) },
    remove: ['refused', 'refused_since'],
  });
}
