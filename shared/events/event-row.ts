import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { shardOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import { projectShards } from '../store/table-schema.ts';
import type { CalendarEvent, EventContent, StoredEvent } from './calendar-event.ts';

/** All events of a calendar. The project is part of it: another project's calendar id finds an empty partition. */
export const eventPartition = (projectId: string, calendarId: string): string => `EVENTS#${projectId}#${calendarId}`;
export const eventKey = (projectId: string, calendarId: string, id: string) => ({
  PK: eventPartition(projectId, calendarId),
  SK: id,
});

/** Partitions of the project indexes that list a project's events. */
export const eventShards = (projectId: string): string[] =>
  Array.from({ length: projectShards }, (_, shard) => `${projectId}#EVENT#${shard}`);

/** The shard goes by calendar, as one calendar's events are written by one sync at a time. */
export const eventShard = (projectId: string, calendarId: string): string =>
  `${projectId}#EVENT#${shardOf(calendarId, projectShards)}`;

export const orderValue = (time: Timestamp, id: string): string => `${time}#${id}`;
const timeIn = z.string().transform((value) => value.slice(0, 27) as Timestamp);

/** Content as stored: JSON, compressed (attendees and `raw` repeat themselves a lot). */
export const packContent = (content: EventContent): Uint8Array => gzipSync(JSON.stringify(content));

/** Bytes of a row at most: without compressing. */
export const packedSize = (content: EventContent): number => Buffer.byteLength(JSON.stringify(content));

const visibleTimes = z.object({ by_start: timeIn, by_end: timeIn });
/** A row the window has not reached: none of the orders that users see has it. */
const upcomingTimes = z.object({ by_subset: timeIn, ends_at: storedTimestamp });

/** What of a row is read for comparison. */
export const storedEventAttributes = 'SK, content_hash, is_deleted, series_id, by_start, by_end, by_subset, ends_at';

const storedSchema = z
  .object({
    SK: z.string(),
    content_hash: z.string(),
    is_deleted: z.boolean(),
    series_id: z.string().nullish(),
  })
  .and(z.union([visibleTimes, upcomingTimes]))
  .transform(
    ({ SK, content_hash, is_deleted, series_id, ...times }): StoredEvent => ({
      id: SK,
      content_hash,
      is_deleted,
      series_id: series_id ?? null,
      ...('by_subset' in times
        ? { start_time: times.by_subset, end_time: times.ends_at, is_upcoming: true }
        : { start_time: times.by_start, end_time: times.by_end, is_upcoming: false }),
    }),
  );

export const readStoredEvent = (row: unknown): StoredEvent => storedSchema.parse(row);

/** Content and hash of a row the window is about to reach. */
export const readUpcomingEvent = (row: unknown): { id: string; content: EventContent; content_hash: string } => {
  const { SK, content_hash, content } = upcomingSchema.parse(row);
  return { id: SK, content_hash, content: unpackContent(content) };
};
const upcomingSchema = z.object({ SK: z.string(), content_hash: z.string(), content: z.instanceof(Uint8Array) });

const unpackContent = (packed: Uint8Array): EventContent => JSON.parse(gunzipSync(packed).toString()) as EventContent;

/** An event with what its row holds beside what users see of it. */
export interface EventRow {
  event: CalendarEvent;
  /** Bots made for it that are not removed, those that are over among them. */
  bot_ids: string[];
  content_hash: string;
}

const eventSchema = z.object({
  SK: z.string(),
  project_id: z.string(),
  calendar_id: z.string(),
  is_deleted: z.boolean(),
  by_created: timeIn,
  by_updated: timeIn,
  content: z.instanceof(Uint8Array),
  content_hash: z.string(),
  bot_ids: z.set(z.string()).optional(),
});

export function readEventRow(row: unknown): EventRow {
  const { SK, calendar_id, is_deleted, by_created, by_updated, content, content_hash, bot_ids } =
    eventSchema.parse(row);
  const event = {
    ...unpackContent(content),
    id: SK,
    calendar_id,
    is_deleted,
    created_at: by_created,
    updated_at: by_updated,
  };
  return { event, bot_ids: [...(bot_ids ?? [])], content_hash };
}

export const eventTimes = z.object({
  by_start: timeIn.optional(),
  by_end: timeIn.optional(),
  by_updated: timeIn.optional(),
});
