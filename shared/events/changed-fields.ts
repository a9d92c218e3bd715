import { canonicalJson } from '../platform/canonical-json.ts';
import type { CalendarEvent, EventContent } from './calendar-event.ts';
import { describeEvent } from './details/read-details.ts';

/**
 * The fields, by their names in the API, in which two states of an event differ.
 *
 * @param volatile fields of `raw` that change although the event is the same
 */
export function changedFields(
  before: CalendarEvent,
  after: EventContent & { is_deleted: boolean },
  volatile: readonly string[],
): string[] {
  const plain = (event: EventContent & { is_deleted: boolean }): Record<string, unknown> => {
    const { series_key, ...shown } = describeEvent(event);
    return {
      ...shown,
      is_deleted: event.is_deleted,
      series_id: series_key,
      status: event.is_deleted ? 'cancelled' : event.status,
      raw: Object.fromEntries(Object.entries(event.raw).filter(([field]) => !volatile.includes(field))),
    };
  };
  const [old, now] = [plain(before), plain(after)];
  return Object.keys(now).filter((field) => canonicalJson(old[field] ?? null) !== canonicalJson(now[field] ?? null));
}
