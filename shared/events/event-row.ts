import * as z from 'zod';
import { type CalendarId, type EventId, idOf, shardOf } from '../platform/ids.ts';
import { earliestTimestamp, latestTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { createReader, defineRow, UnreadableRow } from '../store/row.ts';
import { packedJson, storedOrder, storedTimestamp, timeOfOrder } from '../store/stored-values.ts';
import { projectShards } from '../store/table-schema.ts';
import { type CalendarEvent, contentSchema, type EventContent, type StoredEvent } from './calendar-event.ts';
import { contentDictionary } from './content-dictionary.ts';

/** All events of a calendar. The key includes the project, so another project's calendar id finds an empty partition. */
export const eventPartition = (projectId: string, calendarId: string): string => `EVENTS#${projectId}#${calendarId}`;
export const eventKey = (projectId: string, calendarId: string, id: string) => ({
  PK: eventPartition(projectId, calendarId),
  SK: id,
});

/** Partitions of the project indexes that list a project's events. */
export const eventShards = (projectId: string): string[] =>
  Array.from({ length: projectShards.events }, (_, shard) => `${projectId}#EVENT#${shard}`);

/** The shard depends on the calendar, because one sync at a time writes the events of a calendar. */
export const eventShard = (projectId: string, calendarId: string): string =>
  `${projectId}#EVENT#${shardOf(calendarId, projectShards.events)}`;

/** Content is stored as compressed JSON: attendees and `raw` repeat themselves a lot. */
const packedContent = packedJson(contentSchema, contentDictionary);
export function packContent(content: EventContent): Uint8Array {
  const known = packed.get(content);
  if (known) return known;
  const bytes = z.encode(packedContent, content);
  packed.set(content, bytes);
  return bytes;
}

/** A commit asks for the size of a content first, and then for the content. */
const packed = new WeakMap<EventContent, Uint8Array>();

/**
 * Bytes of an index entry with all that a list shows, up to which it copies the content (`orderings`). A hundred of them are
 * 25 read units, and each costs one write unit.
 */
const listedBytes = 1_000;

/** What such an entry has beside content, the id of its series, and bots: keys, orders, content hash, and all names. */
const listedBesideBytes = 470;

/**
 * The attribute that holds the content. Small content lies in `content`, which entries of indexes copy. Larger content lies
 * in `large_content`, which no index copies.
 */
export function contentChange(content: EventContent): { set: Record<string, unknown>; remove: string[] } {
  const bytes = packContent(content);
  const entryBytes = listedBesideBytes + bytes.length + Buffer.byteLength(content.recurring_event_id ?? '');
  return entryBytes <= listedBytes
    ? { set: { content: bytes }, remove: ['large_content'] }
    : { set: { large_content: bytes }, remove: ['content'] };
}

/**
 * A row of an event. A visible event has the four orders. A prefetched event has `by_subset` and `ends_at` instead, so
 * that no index from which the API lists events has it.
 */
const eventSchema = z.object({
  SK: idOf('evt'),
  calendar_id: idOf('cal'),
  is_deleted: z.boolean(),
  series_id: z.string().nullish(),
  content_hash: z.string(),
  /** The content is in one of these. */
  content: packedContent.optional(),
  large_content: packedContent.optional(),
  by_created: storedOrder,
  by_updated: storedOrder,
  by_start: storedOrder,
  by_end: storedOrder,
  by_subset: storedOrder,
  ends_at: storedTimestamp,
  /** Bots made for the event that are not removed; some of them may have ended. */
  bot_ids: z.set(z.string()).optional(),
});

const readCompared = createReader(
  'event',
  eventSchema
    .pick({ SK: true, content_hash: true, is_deleted: true, series_id: true })
    .extend(eventSchema.pick({ by_start: true, by_end: true, by_subset: true, ends_at: true }).partial().shape),
);

/** The attributes that `readStoredEvent` needs. */
export const storedEventAttributes = [
  'PK',
  'SK',
  'content_hash',
  'is_deleted',
  'series_id',
  'by_start',
  'by_end',
  'by_subset',
  'ends_at',
];

/**
 * The part of a row with which changes are compared. A row that cannot be read differs from every content, so that the
 * next listing writes it again, and it may lie at any time, so that a listing without it removes it.
 *
 * @param report receives a row that cannot be read
 */
export function readStoredEvent(row: Record<string, unknown>, report?: (error: UnreadableRow) => void): StoredEvent {
  try {
    return readCompleteEvent(row);
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    report?.(error);
    const rest = readRest(row);
    return {
      id: rest.id,
      content_hash: '',
      is_deleted: row['is_deleted'] === true,
      series_id: typeof row['series_id'] === 'string' ? row['series_id'] : null,
      start_time: rest.start_time ?? earliestTimestamp,
      end_time: rest.end_time ?? latestTimestamp,
      is_upcoming: row['by_start'] === undefined && row['by_subset'] !== undefined,
    };
  }
}

function readCompleteEvent(row: unknown): StoredEvent {
  const { SK, content_hash, is_deleted, series_id, by_start, by_end, by_subset, ends_at } = readCompared(row);
  const compared = { id: SK, content_hash, is_deleted, series_id: series_id ?? null };
  if (by_start !== undefined && by_end !== undefined) {
    return { ...compared, start_time: timeOfOrder(by_start), end_time: timeOfOrder(by_end), is_upcoming: false };
  }
  if (by_subset !== undefined && ends_at !== undefined) {
    return { ...compared, start_time: timeOfOrder(by_subset), end_time: ends_at, is_upcoming: true };
  }
  throw new UnreadableRow('event', row, ['neither visible nor prefetched']);
}

const upcomingRow = defineRow(
  'prefetched event',
  1,
  eventSchema.omit({ by_created: true, by_updated: true, by_start: true, by_end: true, bot_ids: true }),
);

/** A prefetched event that the window is about to reach. */
export interface UpcomingEvent {
  id: EventId;
  content: EventContent;
  content_hash: string;
}

export function readUpcomingEvent(row: unknown): UpcomingEvent {
  const { SK, content_hash, ...rest } = upcomingRow.read(row);
  return { id: SK, content_hash, content: contentOf(row, rest) };
}

function contentOf(
  row: unknown,
  { content, large_content }: Pick<z.output<typeof eventSchema>, 'content' | 'large_content'>,
) {
  const known = content ?? large_content;
  if (known === undefined) throw new UnreadableRow('event', row, ['content: missing']);
  return known;
}

/** An event with the attributes of its row that users do not see. */
export interface EventRow {
  event: CalendarEvent;
  /** Bots made for the event that are not removed; some of them may have ended. */
  bot_ids: string[];
  content_hash: string;
  /** Bytes of its content as it is stored. */
  packed_bytes: number;
}

const visibleRow = defineRow(
  'event',
  1,
  eventSchema.omit({ by_start: true, by_end: true, by_subset: true, ends_at: true }),
);

/** Version of the format, for every update that writes content. */
export const eventFormat = { v: visibleRow.version };

export function readEventRow(row: unknown): EventRow {
  const { SK, calendar_id, is_deleted, by_created, by_updated, content_hash, bot_ids, ...rest } = visibleRow.read(row);
  const stored = row as { content?: Uint8Array; large_content?: Uint8Array };
  const event = {
    ...contentOf(row, rest),
    id: SK,
    calendar_id,
    is_deleted,
    created_at: timeOfOrder(by_created),
    updated_at: timeOfOrder(by_updated),
  };
  return {
    event,
    bot_ids: [...(bot_ids ?? [])],
    content_hash,
    packed_bytes: (stored.content ?? stored.large_content ?? []).length,
  };
}

/** What can be read of a row that cannot be read as a whole. */
export interface EventRest {
  id: EventId;
  start_time: Timestamp | undefined;
  end_time: Timestamp | undefined;
  created_at: Timestamp | undefined;
  /** Null when they cannot be read. */
  bot_ids: string[] | null;
}

export function readRest(row: Record<string, unknown>): EventRest {
  const timeIn = (attribute: string): Timestamp | undefined => {
    const order = storedOrder.safeParse(row[attribute]);
    return order.success ? timeOfOrder(order.data) : undefined;
  };
  const bots = eventSchema.shape.bot_ids.safeParse(row['bot_ids']);
  return {
    id: String(row['SK']) as EventId,
    start_time: timeIn('by_start') ?? timeIn('by_subset'),
    end_time: timeIn('by_end'),
    created_at: timeIn('by_created'),
    bot_ids: bots.success ? [...(bots.data ?? [])] : null,
  };
}

/** A row in the place of one that cannot be read. @param content null: nothing is known of it but its times */
export function rowInPlace(
  rest: EventRest,
  calendarId: CalendarId,
  content: EventContent | null,
  now: Timestamp,
): EventRow {
  const start_time = rest.start_time ?? now;
  const known = content ?? { ...noContent, start_time, end_time: rest.end_time ?? start_time };
  const created_at = rest.created_at ?? now;
  return {
    event: { ...known, id: rest.id, calendar_id: calendarId, is_deleted: false, created_at, updated_at: created_at },
    bot_ids: rest.bot_ids ?? [],
    content_hash: '',
    packed_bytes: 0,
  };
}

const noContent = {
  platform_uuid: '',
  name: null,
  meeting_url: null,
  meeting_platform: null,
  attendees: [],
  attendees_omitted: false,
  ical_uid: null,
  is_all_day: false,
  time_zone: null,
  organizer: null,
  response_status: null,
  status: 'confirmed' as const,
  recurring_event_id: null,
  visibility: null,
  event_type: null,
  raw: {},
};

const timesSchema = eventSchema.pick({ by_start: true, by_end: true, by_updated: true, is_deleted: true }).partial();

/** The times that a row of an index copies, and whether the event is deleted. */
export function readEventTimes(row: unknown) {
  const { by_start, by_end, by_updated, is_deleted } = timesSchema.safeParse(row).data ?? {};
  return {
    start_time: by_start && timeOfOrder(by_start),
    end_time: by_end && timeOfOrder(by_end),
    updated_at: by_updated && timeOfOrder(by_updated),
    is_deleted,
  };
}
