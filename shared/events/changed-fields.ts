import { canonicalJson } from '../platform/canonical-json.ts';
import type { CalendarEvent, EventContent } from './calendar-event.ts';

/**
 * Names of the fields in which two states of an event differ, as the API names them.
 *
 * @param volatile fields of `raw` that move without anyone having changed the event
 */
export function changedFields(
  before: CalendarEvent,
  after: EventContent & { is_deleted: boolean },
  volatile: readonly string[],
): string[] {
  const plain = (event: EventContent & { is_deleted: boolean }): Record<string, unknown> => ({
    ...event,
    status: event.is_deleted ? 'cancelled' : event.status,
    raw: Object.fromEntries(Object.entries(event.raw).filter(([field]) => !volatile.includes(field))),
  });
  const [old, now] = [plain(before), plain(after)];
  return Object.keys(now).filter((field) => canonicalJson(old[field] ?? null) !== canonicalJson(now[field] ?? null));
}
