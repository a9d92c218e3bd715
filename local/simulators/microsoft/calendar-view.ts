import type { CalendarState } from './calendar-state.ts';
import { immutableId } from './event-ids.ts';
import { overlaps, type Window } from './event-slot.ts';
import { type EventView, expandSeries, findOccurrence, viewEvent } from './expand-series.ts';
import { graphError, invalidParameter, itemNotFound } from './graph-error.ts';
import type { MicrosoftEvent } from './microsoft-event.ts';
import { type Presentation, presentEvent } from './present-event.ts';
import type { Preferences } from './read-preferences.ts';
import { readParameter, readWindow } from './read-window.ts';

const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 1000;

/** Everything that happens in a window, cancelled events too, by start. */
export function viewWindow(calendar: CalendarState, window: Window): EventView[] {
  const views: EventView[] = [];
  for (const event of calendar.events.values()) {
    if (event.type === 'single' && overlaps(event.slot, window)) views.push(viewEvent(event));
    if (event.type === 'master') views.push(...expandSeries(event, window));
  }
  return views.sort((a, b) => a.slot.startMs - b.slot.startMs);
}

function readCount(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = readParameter(query, name);
  if (text === null) return undefined;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < least || count > most) throw invalidParameter(name, text);
  return count;
}

function select(item: object, fields: string | null): Record<string, unknown> {
  const wanted = new Set([...(fields?.split(',') ?? []), 'id', '@odata.etag']);
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields === null || wanted.has(name)));
}

/**
 * Cuts one page out of a collection by `$top` (1 to 1000) or the preferred page size, 10 by default, and `$skip`; with
 * `$select`. Links repeat the request's query.
 */
export function answerCollection<Item>(
  items: Item[],
  present: (item: Item) => object,
  query: URLSearchParams,
  { preferences, url, pageSize }: { preferences: Preferences; url: string; pageSize: number },
): Record<string, unknown> {
  const top = readCount(query, '$top', 1, MAX_PAGE_SIZE) ?? preferences.maxPageSize ?? DEFAULT_PAGE_SIZE;
  const offset = readCount(query, '$skip', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const end = offset + Math.min(top, pageSize);
  const value = items.slice(offset, end).map((item) => select(present(item), readParameter(query, '$select')));
  const next = new URLSearchParams([...query].filter(([name]) => name.toLowerCase() !== '$skip'));
  next.set('$skip', String(end));
  return {
    '@odata.context': `${new URL(url).origin}/v1.0/$metadata#Collection(event)`,
    value,
    ...(end < items.length ? { '@odata.nextLink': `${url}?${next.toString()}` } : {}),
  };
}

type CollectionRequest = { preferences: Preferences; presentation: Presentation; url: string; pageSize: number };

/** Plain calendarView: full events, no masters, nothing about removed ones. */
export function answerView(
  calendar: CalendarState,
  query: URLSearchParams,
  request: CollectionRequest,
): Record<string, unknown> {
  const views = viewWindow(calendar, readWindow(query));
  const order = readParameter(query, '$orderby');
  if (order !== null && !/^start\/dateTime( asc| desc)?$/i.test(order)) throw invalidParameter('$orderby', order);
  if (order?.toLowerCase().endsWith(' desc')) views.reverse();
  return answerCollection(views, (view) => presentEvent(view, request.presentation), query, request);
}

/** `events/{id}/instances`: the occurrences and exceptions of a series in a window, as full events. */
export function answerInstances(
  calendar: CalendarState,
  eventId: string,
  query: URLSearchParams,
  request: CollectionRequest & { withoutExceptions: boolean },
): Record<string, unknown> {
  const window = readWindow(query);
  const event = calendar.events.get(immutableId(eventId));
  if (event === undefined || event.type === 'deleted') throw itemNotFound();
  if (event.type === 'single') throw graphError(400, 'ErrorInvalidOperation', 'The event is not a recurring master.');
  const views = expandSeries(event, window).filter(({ type }) => type !== 'exception' || !request.withoutExceptions);
  return answerCollection(views, (view) => presentEvent(view, request.presentation), query, request);
}

/** A single event, a series master or one occurrence, by its id in either form. */
export function getEvent(calendar: CalendarState, eventId: string, presentation: Presentation): MicrosoftEvent {
  const id = immutableId(eventId);
  const event = calendar.events.get(id);
  if (event !== undefined && event.type !== 'deleted') return presentEvent(viewEvent(event), presentation);
  const view = findOccurrence(calendar.events, id)?.view;
  if (view === undefined) throw itemNotFound();
  return presentEvent(view, presentation);
}
