import type { Calendar } from '../../shared/calendars/calendar.ts';
import type { SeededEvent } from './seed-events.ts';

/** Ids of the events that a query gives by the contract, in the plainest way. */
export function listNaively(
  { calendars, events }: { calendars: readonly Calendar[]; events: readonly SeededEvent[] },
  query: Record<string, string>,
): string[] {
  const keyed = calendars.find(({ deduplication_key }) => deduplication_key === query.calendar_deduplication_key);
  const since = query.updated_at_gte || query.updated_after;
  const matching = events.filter(
    (event) =>
      (query.calendar_id === undefined || event.calendar_id === query.calendar_id) &&
      (query.calendar_deduplication_key === undefined || event.calendar_id === keyed?.id) &&
      (query.event_id === undefined || event.id === query.event_id) &&
      (!since || event.updated_at >= since) &&
      (!query.start_time_gte || event.start_time >= query.start_time_gte) &&
      (!query.end_time_lte || event.end_time <= query.end_time_lte) &&
      (query.is_deleted === undefined || String(event.is_deleted) === query.is_deleted) &&
      (!query.overlaps_from || event.end_time > query.overlaps_from) &&
      (!query.overlaps_to || event.start_time < query.overlaps_to),
  );
  const { ordering = '-updated_at' } = query;
  const field = ordering.replace('-', '') as 'updated_at' | 'start_time' | 'end_time' | 'created_at';
  const ascending = matching
    .map((event) => ({ id: event.id, position: `${event[field]}#${event.id}` }))
    .sort((a, b) => (a.position < b.position ? -1 : 1))
    .map(({ id }) => id);
  return ordering.startsWith('-') ? ascending.reverse() : ascending;
}
