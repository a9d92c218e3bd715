import * as z from 'zod';
import { shardOf } from '../../platform/ids.ts';
import type { Timestamp } from '../../platform/timestamp.ts';
import { absent, equals } from '../../store/expression.ts';
import { defineRow } from '../../store/row.ts';
import { orderText, packedJson, storedOrder, storedTimestamp } from '../../store/stored-values.ts';
import { changeShards } from '../../store/table-schema.ts';
import type { TransactionItem } from '../../store/transaction.ts';
import { contentDictionary } from '../content-dictionary.ts';
import { botsChangeSchema, type EventChange, eventChangeSchema } from './event-change.ts';

/** The calendar whose changes a commit stores. */
export interface ChangeOwner {
  id: string;
  project_id: string;
  /** The bot whose change a commit stores: it may be under way beside that of the calendar. */
  bot_id?: string;
}

export const changeShardOf = (calendarId: string): number => shardOf(calendarId, changeShards);

/** `2026-11-21` of a position or time. */
export const dayOf = (position: string): string => position.slice(0, 10);

export const dayPartition = (projectId: string, shard: number, day: string): string =>
  `CHANGES#${projectId}#${shard}#${day}`;
export const inFlightPartition = (projectId: string, shard: number): string =>
  `CHANGES#${projectId}#${shard}#IN_FLIGHT`;
export const markerKey = ({ id, project_id, bot_id }: ChangeOwner) => ({
  PK: inFlightPartition(project_id, changeShardOf(id)),
  SK: bot_id ?? id,
});
export const commitTermsKey = (projectId: string) => ({ PK: `CHANGES#${projectId}`, SK: 'COMMIT_TERMS' });

/** The row of a commit. @param time of its first change */
export const changesKey = ({ id, project_id, bot_id }: ChangeOwner, time: Timestamp) => ({
  PK: dayPartition(project_id, changeShardOf(id), dayOf(time)),
  SK: orderText(time, bot_id ? `${bot_id}#${id}` : id),
});

/** In-flight marker: a commit of this calendar or bot is under way since `opened_at`. */
export const markerRow = defineRow(
  'in-flight marker',
  1,
  z.object({
    PK: z.string(),
    /** Id of the calendar, or of the bot. */
    SK: z.string(),
    /** Name of the run that commits. */
    marker: z.string(),
    opened_at: storedTimestamp,
    /** Seconds since the epoch. */
    expires_at: z.number(),
  }),
);
export type Marker = ReturnType<typeof markerRow.read>;

const dayNames = z.codec(z.set(z.string()), z.array(z.string()), {
  decode: (days) => [...days].sort(),
  encode: (days) => new Set(days),
});

/** What every commit of a project has to know. */
export const commitTermsRow = defineRow(
  'commit terms',
  1,
  z.object({
    /** High-water mark: the feed was delivered up to this position, or time without a calendar. Absent: it was never read. */
    mark: z.string().optional(),
    /** When the feed was read first. Commits since then have markers, and their rows are in the index. */
    first_read_at: storedTimestamp.optional(),
    /** Changes are stored for this many days, as the last reader had it. */
    retention_days: z.number().optional(),
    /** The project has bot rules: changes of events are forwarded to them. */
    has_bot_rules: z.literal(true).optional(),
    /** Days with rows of changes, such as `2026-11-21`. Every such day is there before its first row. */
    change_days: dayNames.optional(),
  }),
);

/** Stores whether a project has bot rules, in one transaction with the rules. */
export const setHasBotRules = (projectId: string, hasRules: boolean): TransactionItem => ({
  update: commitTermsKey(projectId),
  change: hasRules ? { set: { has_bot_rules: true } } : { remove: ['has_bot_rules'] },
});

/** The changes of one commit. */
export const changesRow = defineRow(
  'changes',
  1,
  z.object({
    /** Position in the feed: `<time of the first change>#<calendar>`; of a bot's change `<time>#<bot>#<calendar>`. */
    SK: storedOrder,
    changes: packedJson(z.array(z.union([eventChangeSchema, botsChangeSchema])), contentDictionary),
    /** Seconds since the epoch. */
    expires_at: z.number(),
  }),
);

/** Index attribute by which one calendar's changes are found within a day. */
export const changesOfCalendar = (calendarId: string, position: string): string => `${calendarId}#${position}`;

/** What a commit adds to the feed. */
export interface FeedEntry {
  /** Name of the in-flight marker; null in a project whose feed was never read. */
  marker: string | null;
  /** Without a marker the commit must be complete before this aborts. */
  signal?: AbortSignal;
  /** Days with changes, as far as the commit has read them. */
  changeDays: ReadonlySet<string>;
  /** In the order of their `updated_at`. */
  changes: [EventChange, ...EventChange[]];
  /** Seconds since the epoch. */
  expiresAt: number;
}

/**
 * Items of a commit's transaction: the marker is deleted and the changes are stored, or the whole commit fails. Without a
 * marker the row is not in the index either.
 */
export function changeItems(
  calendar: ChangeOwner,
  { marker, changes, expiresAt }: FeedEntry,
): Record<string, TransactionItem> {
  const key = changesKey(calendar, changes[0].event.updated_at);
  return {
    ...(marker !== null && { 'feed marker': { delete: markerKey(calendar), when: equals('marker', marker) } }),
    'feed changes': {
      put: {
        PK: key.PK,
        ...(marker !== null && { by_subset: changesOfCalendar(calendar.id, key.SK) }),
        ...packFitting({ SK: key.SK, changes, expires_at: expiresAt }),
      },
    },
  };
}

/**
 * The same of a bot's change. Two changes of a bot never have the same time: then the second is refused, and made again.
 *
 * @param at its time, later than the high-water mark
 */
export function botsChangeItems(
  owner: ChangeOwner & { bot_id: string },
  { marker, eventId, at, expiresAt }: { marker: string; eventId: string; at: Timestamp; expiresAt: number },
): Record<string, TransactionItem> {
  const key = changesKey(owner, at);
  const change = botsChangeSchema.parse({ bots_of: { calendar_id: owner.id, id: eventId } });
  return {
    [`feed marker of ${owner.bot_id}`]: { delete: markerKey(owner), when: equals('marker', marker) },
    [`feed entry of ${owner.bot_id}`]: {
      put: {
        PK: key.PK,
        by_subset: changesOfCalendar(owner.id, key.SK),
        ...changesRow.write({ SK: key.SK, changes: [change], expires_at: expiresAt }),
      },
      when: absent(),
    },
  };
}

/** Bytes that a row has for its changes. */
const packedBytes = 390_000;

/** What the row leaves out, one after the other, until it fits. The event itself has everything. */
const shorter: ((change: EventChange) => EventChange)[] = [
  (change) => (change.type === 'deleted' ? withoutRaw(change) : change),
  (change) => withoutRaw(change),
  (change) => ({ ...change, event: { ...withoutRaw(change).event, attendees: [], attendees_omitted: true } }),
];
const withoutRaw = (change: EventChange): EventChange => ({ ...change, event: { ...change.event, raw: {} } });

/** The sync sizes its commits so that their changes fit. This is the last resort. */
function packFitting(row: ReturnType<typeof changesRow.read> & { changes: EventChange[] }): Record<string, unknown> {
  let packed = changesRow.write(row);
  for (const shorten of shorter) {
    if ((packed['changes'] as Uint8Array).length <= packedBytes) break;
    packed = changesRow.write({ ...row, changes: row.changes.map(shorten) });
  }
  return packed;
}

/** The time of a position or of a time alone. */
export const timeOfPosition = (position: string): Timestamp => storedTimestamp.parse(position.slice(0, 27));
