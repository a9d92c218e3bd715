import { lastOf } from '../http/api-request.ts';
import { readBoolean, readChoice, readChoices } from '../http/choice-parameter.ts';
import { AppError } from '../platform/app-error.ts';
import { parseTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { type Ordering, orderings } from '../store/table-schema.ts';
import type { ContentFilters } from './content-filters.ts';

/** The parsed query of `GET /calendar_events` (docs/api-compatibility.md#calendar-events). Filters are ANDed. */
export interface EventQuery extends ContentFilters {
  calendarId: string | null;
  deduplicationKey: string | null;
  eventId: string | null;
  updatedAtGte: Timestamp | null;
  startTimeGte: Timestamp | null;
  endTimeLte: Timestamp | null;
  isDeleted: boolean | null;
  /** Events that overlap the span: they end after its beginning and start before its end. */
  overlapsFrom: Timestamp | null;
  overlapsTo: Timestamp | null;
  ordering: Ordering;
  ascending: boolean;
}

const names = ['updated_at', 'start_time', 'end_time', 'created_at'] as const;
/** In the order of the error text, which is the reference's. */
export const eventOrderings = names.flatMap((name) =>
  name === 'updated_at' ? [`-${name}`, name] : [name, `-${name}`],
) as [string, ...string[]];

/** @throws AppError `invalid_query` */
export function readEventQuery(query: URLSearchParams): EventQuery {
  const updated = readTime(query, 'updated_at_gte', { emptyIsAbsent: true });
  return {
    calendarId: lastOf(query, 'calendar_id') ?? null,
    deduplicationKey: lastOf(query, 'calendar_deduplication_key') ?? null,
    eventId: lastOf(query, 'event_id') ?? null,
    updatedAtGte: updated ?? readTime(query, 'updated_after', { saidAs: 'updated_at_gte' }),
    startTimeGte: readTime(query, 'start_time_gte'),
    endTimeLte: readTime(query, 'end_time_lte', { example: '2025-01-13T18:00:00Z' }),
    isDeleted: readBoolean(query, 'is_deleted'),
    overlapsFrom: readTime(query, 'overlaps_from'),
    overlapsTo: readTime(query, 'overlaps_to'),
    hasMeetingUrl: readBoolean(query, 'has_meeting_url'),
    attendee: lastOf(query, 'attendee') ?? null,
    seriesId: lastOf(query, 'series_id') ?? null,
    ...readOrdering(query),
  };
}

function readTime(
  query: URLSearchParams,
  name: string,
  { emptyIsAbsent = false, saidAs = name, example = '2025-01-13T10:30:00Z' } = {},
): Timestamp | null {
  const text = lastOf(query, name);
  if (text === undefined || (emptyIsAbsent && text === '')) return null;
  const time = parseTimestamp(text);
  if (time === null) {
    throw new AppError('invalid_query', `Invalid ${saidAs} format. Use ISO 8601 format (e.g., ${example})`);
  }
  return time;
}

/** Keys that an answer may leave out. */
export const excludableKeys = ['raw'] as const;
export type ExcludedKeys = ReadonlySet<(typeof excludableKeys)[number]>;

/** The parameter `exclude`: names of keys, repeated or with commas between them. @throws AppError `invalid_query` */
export function readExcluded(query: URLSearchParams): ExcludedKeys {
  return new Set(readChoices(query, 'exclude', excludableKeys, { commas: true }));
}

function readOrdering(query: URLSearchParams): { ordering: Ordering; ascending: boolean } {
  const text = readChoice(query, 'ordering', eventOrderings) ?? '-updated_at';
  const ordering = orderings.find(({ name }) => name === text.replace('-', ''));
  if (!ordering) throw new Error(`no index has the order ${text}`);
  return { ordering, ascending: !text.startsWith('-') };
}
