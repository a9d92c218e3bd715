import type { ProviderChange, StoredEvent } from '../events/calendar-event.ts';
import { type EventId, eventIdOf } from '../platform/ids.ts';
import type { Doubt, Plan } from './plan-changes.ts';

/** The event or series that a change is about, by its id at the provider. */
export const uuidOf = (change: ProviderChange): string =>
  change.kind === 'event' ? change.event.platform_uuid : change.platform_uuid;

/**
 * The events that are to be looked up: those that the plan doubts, and those left over from earlier runs, of which the
 * provider has reported nothing since.
 */
export function openDoubts(
  { writes, doubts }: Plan,
  about: {
    calendarId: string;
    changes: ProviderChange[];
    stored: ReadonlyMap<string, StoredEvent>;
    former: EventId[];
  },
): Doubt[] {
  const decided = new Set<string>([...writes.map(({ id }) => id), ...doubts.map(({ row }) => row.id)]);
  for (const change of about.changes) {
    if (['event', 'exists', 'unreadable'].includes(change.kind))
      decided.add(eventIdOf(about.calendarId, uuidOf(change)));
  }
  const left = about.former.flatMap((id): Doubt[] => {
    const row = about.stored.get(id);
    const isOpen = row && !row.is_deleted && !row.is_upcoming && !decided.has(id);
    return isOpen ? [{ row, doubt: row.series_id === null ? 'event' : 'series' }] : [];
  });
  return [...doubts, ...left];
}
