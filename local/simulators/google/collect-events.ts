import { type CalendarState, changesSince, type StoredEvent, siblingsOf } from './calendar-state.ts';
import { overlaps } from './event-slot.ts';
import { type Bounds, expandSeries } from './expand-series.ts';
import type { GoogleEvent, GoogleEventType } from './google-event.ts';
import { type Presentation, presentEvent, presentInstance, presentTombstone } from './present-event.ts';

export type EventFilter = Bounds & {
  singleEvents: boolean;
  showDeleted: boolean;
  eventTypes: GoogleEventType[];
  updatedMinMs?: number | undefined;
  q?: string | undefined;
  iCalUID?: string | undefined;
  privateProperties?: string[];
  sharedProperties?: string[];
};

function hasProperties(properties: Record<string, string> | undefined, wanted: string[]): boolean {
  return wanted.every((pair) => properties?.[pair.split('=', 1)[0] ?? ''] === pair.slice(pair.indexOf('=') + 1));
}

function matches(event: GoogleEvent, filter: EventFilter): boolean {
  if (filter.eventTypes.length > 0 && !filter.eventTypes.includes(event.eventType ?? 'default')) return false;
  if (filter.iCalUID !== undefined && event.iCalUID !== filter.iCalUID) return false;
  if (!hasProperties(event.extendedProperties?.private, filter.privateProperties ?? [])) return false;
  if (!hasProperties(event.extendedProperties?.shared, filter.sharedProperties ?? [])) return false;
  if (filter.q === undefined) return true;
  const people = (event.attendees ?? []).flatMap((one) => [one.email, one.displayName]);
  const text = [event.summary, event.description, event.location, ...people].join('\n').toLowerCase();
  return text.includes(filter.q.toLowerCase());
}

/** What a full listing shows of one stored event; masters bring their instances when expanded. */
function listStored(
  calendar: CalendarState,
  event: StoredEvent,
  filter: EventFilter,
  presentation: Presentation,
  now: number,
): GoogleEvent[] {
  const { singleEvents, fromMs, toMs } = filter;
  const showDeleted = filter.showDeleted || filter.updatedMinMs !== undefined;
  if (event.type === 'single') {
    if ((event.cancelled && !showDeleted) || !overlaps(event.slot, fromMs, toMs)) return [];
    return [presentEvent(calendar, event, presentation)];
  }
  if (event.type === 'master') {
    if (event.cancelled) return singleEvents || !showDeleted ? [] : [presentEvent(calendar, event, presentation)];
    const instances = expandSeries(calendar, event, { fromMs, toMs }, now);
    if (singleEvents) return instances.map((instance) => presentInstance(calendar, instance, presentation));
    return instances.length === 0 ? [] : [presentEvent(calendar, event, presentation)];
  }
  if (event.type === 'retired') {
    const shown = singleEvents && showDeleted && overlaps(event.originalSlot, fromMs, toMs);
    return shown ? [presentTombstone(calendar, event, presentation)] : [];
  }
  if (event.cancelled) {
    // Without expansion the cancelled exceptions of living series are listed even with showDeleted=false.
    if ((singleEvents && !showDeleted) || !overlaps(event.originalSlot, fromMs, toMs)) return [];
    return [presentTombstone(calendar, event, { ...presentation, fullTombstones: true })];
  }
  const master = calendar.events.get(event.seriesId);
  if (master?.type !== 'master' || !overlaps(event.slot, fromMs, toMs)) return [];
  // Expanded, an exception comes with its series, unless `updatedMin` held that back.
  if (singleEvents && master.updatedMs >= (filter.updatedMinMs ?? 0)) return [];
  return [presentInstance(calendar, { ...event, master, exception: event }, presentation)];
}

/** A full listing, in the order in which events were created (Google: unspecified but stable). */
export function collectListing(
  calendar: CalendarState,
  filter: EventFilter,
  presentation: Presentation,
  now: number,
): GoogleEvent[] {
  const items: GoogleEvent[] = [];
  for (const event of calendar.events.values()) {
    // `updatedMin` always includes events deleted since then. A series counts as updated when any instance was.
    if (filter.updatedMinMs !== undefined && event.updatedMs < filter.updatedMinMs) continue;
    for (const item of listStored(calendar, event, filter, presentation, now)) {
      if (item.status === 'cancelled' ? filter.q === undefined : matches(item, filter)) items.push(item);
    }
  }
  return items;
}

function expandChanged(
  calendar: CalendarState,
  event: StoredEvent,
  presentation: Presentation,
  position: number,
  now: number,
): GoogleEvent[] {
  if (event.type === 'single') return [presentEvent(calendar, event, presentation)];
  if (event.type === 'retired') return [presentTombstone(calendar, event, presentation)];
  if (event.type === 'exception') {
    const master = calendar.events.get(event.seriesId);
    if (event.cancelled || master?.type !== 'master') return [presentTombstone(calendar, event, presentation)];
    return [presentInstance(calendar, { ...event, master, exception: event }, presentation)];
  }
  const items: GoogleEvent[] = [];
  if ((event.formerSingleRevision ?? 0) > position) items.push({ id: event.id, status: 'cancelled' });
  for (const instance of expandSeries(calendar, event, {}, now)) {
    items.push(presentInstance(calendar, instance, presentation));
  }
  for (const sibling of event.cancelled ? [] : siblingsOf(calendar, event.id)) {
    if (sibling.type === 'exception' && sibling.cancelled) {
      items.push(presentTombstone(calendar, sibling, presentation));
    }
  }
  return items;
}

/**
 * What changed after a position of the change log, each event once, by last change. The listing's first window does
 * not bind it: a touched endless series brings its instances far out (gbrain pull 5015). Deletions always show.
 */
export function collectChanges(
  calendar: CalendarState,
  position: number,
  filter: Pick<EventFilter, 'singleEvents' | 'eventTypes'>,
  presentation: Presentation,
  now: number,
): GoogleEvent[] {
  const items = new Map<string, GoogleEvent>();
  for (const event of changesSince(calendar, position)) {
    const changed = filter.singleEvents
      ? expandChanged(calendar, event, presentation, position, now)
      : listStored(calendar, event, { ...filter, showDeleted: true }, presentation, now);
    for (const item of changed) {
      const shown = item.status === 'cancelled' || matches(item, { ...filter, showDeleted: true });
      items.delete(item.id);
      if (shown) items.set(item.id, item);
    }
  }
  return [...items.values()];
}
