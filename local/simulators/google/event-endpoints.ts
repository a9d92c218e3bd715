import { hashQuery } from '../opaque-tokens.ts';
import { type CalendarState, siblingsOf } from './calendar-state.ts';
import { openException } from './change-series.ts';
import { overlaps } from './event-slot.ts';
import { expandSeries } from './expand-series.ts';
import { notFound, parameterError } from './google-error.ts';
import type { GoogleEvent } from './google-event.ts';
import { checkParameters, readBoolean, readCount, readInstant, readZone } from './parse-list-query.ts';
import { type Presentation, presentEvent, presentInstance, presentTombstone } from './present-event.ts';
import type { CalendarEntry, GoogleAccount, SimulatorState } from './simulator-state.ts';

function readPresentation(
  calendar: CalendarState,
  account: GoogleAccount,
  entry: CalendarEntry,
  query: URLSearchParams,
): Presentation {
  return {
    viewer: account.email,
    role: entry.accessRole,
    timeZone: readZone(query) ?? calendar.timeZone,
    maxAttendees: readCount(query, 'maxAttendees', 1_000_000),
    // A request by id for a cancelled event still returns its remaining fields.
    fullTombstones: true,
  };
}

/** `events.get` for a single event, a master or an instance. Deleted ones answer 200 with status `cancelled`. */
export function getEvent(
  calendar: CalendarState,
  account: GoogleAccount,
  entry: CalendarEntry,
  id: string,
  query: URLSearchParams,
): GoogleEvent {
  checkParameters(query, ['alwaysIncludeEmail', 'maxAttendees', 'timeZone']);
  const presentation = readPresentation(calendar, account, entry, query);
  const stored = calendar.events.get(id);
  if (stored?.type === 'single' || stored?.type === 'master') return presentEvent(calendar, stored, presentation);
  if (stored?.type === 'retired') return presentTombstone(calendar, stored, presentation);
  const exception = openException(calendar, id);
  const master = calendar.events.get(exception?.seriesId ?? '');
  if (exception === undefined || master?.type !== 'master') throw notFound();
  if (exception.cancelled) return presentTombstone(calendar, exception, presentation);
  return presentInstance(
    calendar,
    { ...exception, master, exception: stored === undefined ? undefined : exception },
    presentation,
  );
}

/** `events.instances`: the instances of one series, optionally windowed, with the cancelled ones on `showDeleted`. */
export function listInstances(
  state: SimulatorState,
  calendar: CalendarState,
  account: GoogleAccount,
  entry: CalendarEntry,
  id: string,
  query: URLSearchParams,
): Record<string, unknown> {
  const paging = ['maxResults', 'pageToken', 'timeMin', 'timeMax', 'showDeleted'];
  checkParameters(query, [...paging, 'alwaysIncludeEmail', 'maxAttendees', 'originalStart', 'timeZone']);
  const presentation = readPresentation(calendar, account, entry, query);
  const master = calendar.events.get(id);
  if (master?.type !== 'master') throw notFound();
  const bounds = { fromMs: readInstant(query, 'timeMin'), toMs: readInstant(query, 'timeMax') };
  const originalStart = query.has('originalStart') ? readInstant(query, 'originalStart') : undefined;
  const items = expandSeries(calendar, master, bounds, state.now())
    .filter((instance) => originalStart === undefined || instance.originalSlot.startMs === originalStart)
    .map((instance) => presentInstance(calendar, instance, presentation));
  for (const sibling of readBoolean(query, 'showDeleted') ? siblingsOf(calendar, id) : []) {
    const gone = sibling.type === 'retired' || sibling.cancelled;
    if (gone && overlaps(sibling.originalSlot, bounds.fromMs, bounds.toMs)) {
      items.push(presentTombstone(calendar, sibling, presentation));
    }
  }
  const identity = hashQuery([...query].filter(([name]) => name !== 'pageToken' && name !== 'maxResults'));
  const scope = `${calendar.id} ${id} ${identity}`;
  const pageToken = query.get('pageToken');
  const token = pageToken === null ? { scope, offset: 0 } : state.tokens.open(pageToken);
  const { scope: issued, offset } = (token ?? { scope: '', offset: 0 }) as { scope: string; offset: number };
  if (issued !== scope) throw parameterError('pageToken', 'Invalid page token value.');
  const end = offset + Math.min(readCount(query, 'maxResults', 2500) ?? 250, state.switches.pageSize);
  return {
    kind: 'calendar#events',
    etag: `"p${calendar.revision}"`,
    summary: calendar.summary,
    updated: new Date(calendar.updatedMs).toISOString(),
    timeZone: presentation.timeZone,
    accessRole: entry.accessRole,
    defaultReminders: [],
    items: items.slice(offset, end),
    ...(end < items.length ? { nextPageToken: state.tokens.seal({ scope, offset: end }) } : {}),
  };
}
