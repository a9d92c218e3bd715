import { randomUUID } from 'node:crypto';
import type { CalendarState } from './calendar-state.ts';
import { collectChanges, collectListing } from './collect-events.ts';
import { calendarError, parameterError } from './google-error.ts';
import type { GoogleEvent } from './google-event.ts';
import { type ListQuery, parseListQuery } from './parse-list-query.ts';
import type { Presentation } from './present-event.ts';
import type { CalendarEntry, GoogleAccount, ListingSnapshot, SimulatorState } from './simulator-state.ts';

/** Field reports: `updatedMin` reaches back about 30 days. */
const UPDATED_MIN_REACH_MS = 30 * 86_400_000;
/** Page tokens of older listings than the last hundred are forgotten. */
const MAX_SNAPSHOTS = 100;

type SyncToken = { calendar: string; viewer: string; position: number; shape: string; generation: number };
type PageToken = { snapshot: string; offset: number; empty: number; identity: string; page: number };

function openSyncToken(
  state: SimulatorState,
  calendar: CalendarState,
  account: GoogleAccount,
  query: ListQuery,
): SyncToken {
  const token = state.tokens.open(query.syncToken ?? '') as SyncToken | undefined;
  if (token?.calendar !== calendar.id || token.viewer !== account.email) {
    throw parameterError('syncToken', 'Invalid sync token value.');
  }
  if (token.generation !== calendar.tokenGeneration) {
    const message = 'Sync token is no longer valid, a full sync is required.';
    const reason = state.switches.goneWithoutReason ? undefined : 'fullSyncRequired';
    throw calendarError(410, reason, message, { domain: 'calendar', location: 'syncToken' });
  }
  // Google calls this undefined behaviour; an error is the one behaviour that gets noticed.
  if (token.shape !== query.shape) {
    throw parameterError('syncToken', 'The query differs from the one this sync token was issued for.');
  }
  return token;
}

function sortItems(items: GoogleEvent[], orderBy: ListQuery['orderBy']): void {
  if (orderBy === 'updated') items.sort((a, b) => (a.updated ?? '').localeCompare(b.updated ?? ''));
  if (orderBy === 'startTime') {
    const start = (item: GoogleEvent) => Date.parse(item.start?.dateTime ?? item.start?.date ?? '');
    items.sort((a, b) => start(a) - start(b));
  }
}

function takeSnapshot(
  state: SimulatorState,
  calendar: CalendarState,
  account: GoogleAccount,
  query: ListQuery,
  presentation: Presentation,
): ListingSnapshot {
  const now = state.now();
  const since = query.syncToken === undefined ? undefined : openSyncToken(state, calendar, account, query);
  if (query.updatedMinMs !== undefined && query.updatedMinMs < now - UPDATED_MIN_REACH_MS) {
    const message = 'The requested minimum modification time lies too far in the past.';
    throw calendarError(410, 'updatedMinTooLongAgo', message, { domain: 'calendar', location: 'updatedMin' });
  }
  const items =
    since === undefined
      ? collectListing(calendar, query, presentation, now)
      : collectChanges(calendar, since.position, query, presentation, now);
  sortItems(items, query.orderBy);
  const token: SyncToken = {
    calendar: calendar.id,
    viewer: account.email,
    position: calendar.revision,
    shape: query.shape,
    generation: calendar.tokenGeneration,
  };
  // An ordered listing never ends in a sync token (ruby client issue 312), nor does a filtered one.
  const { orderBy, q, iCalUID, updatedMinMs, privateProperties = [], sharedProperties = [] } = query;
  const filtered = [orderBy, q, iCalUID, updatedMinMs, ...privateProperties, ...sharedProperties];
  const isPlain = filtered.every((value) => value === undefined);
  return { items, nextSyncToken: isPlain ? state.tokens.seal(token) : undefined };
}

function openPage(state: SimulatorState, query: ListQuery): { token: PageToken; snapshot: ListingSnapshot } {
  const token = state.tokens.open(query.pageToken ?? '') as PageToken | undefined;
  const snapshot = state.snapshots.get(token?.snapshot ?? '');
  if (token === undefined || snapshot === undefined) throw parameterError('pageToken', 'Invalid page token value.');
  if (token.identity !== query.identity) {
    throw parameterError('pageToken', 'The query differs from the one this page token was issued for.');
  }
  return { token, snapshot };
}

function keepSnapshot(state: SimulatorState, snapshot: ListingSnapshot): string {
  const id = randomUUID();
  state.snapshots.set(id, snapshot);
  const [oldest] = state.snapshots.keys();
  if (state.snapshots.size > MAX_SNAPSHOTS && oldest !== undefined) state.snapshots.delete(oldest);
  return id;
}

/** Which page of its listing a page token asks for; 1 without a (valid) one. */
export function pageNumber(state: SimulatorState, pageToken: string | null): number {
  return (state.tokens.open(pageToken ?? '') as PageToken | undefined)?.page ?? 1;
}

/**
 * events.list: a full listing, a delta (`syncToken`) or a further page of either. The sync token comes on the last
 * page only and stands for the moment of the first page.
 */
export function listEvents(
  state: SimulatorState,
  calendar: CalendarState,
  account: GoogleAccount,
  entry: CalendarEntry,
  parameters: URLSearchParams,
): Record<string, unknown> {
  const query = parseListQuery(parameters);
  const presentation: Presentation = {
    viewer: account.email,
    role: entry.accessRole,
    timeZone: query.timeZone ?? calendar.timeZone,
    maxAttendees: query.maxAttendees,
    fullTombstones: state.switches.fullTombstones,
  };
  let token: PageToken;
  let snapshot: ListingSnapshot;
  if (query.pageToken === undefined) {
    snapshot = takeSnapshot(state, calendar, account, query, presentation);
    token = { snapshot: '', offset: 0, empty: 0, identity: query.identity, page: 1 };
  } else {
    ({ token, snapshot } = openPage(state, query));
  }
  const isEmpty = token.empty < state.switches.emptyPages;
  const end = isEmpty ? token.offset : token.offset + Math.min(query.maxResults, state.switches.pageSize);
  const hasMore = isEmpty || end < snapshot.items.length;
  const body: Record<string, unknown> = {
    kind: 'calendar#events',
    etag: `"p${calendar.revision}"`,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    updated: new Date(calendar.updatedMs).toISOString(),
    timeZone: presentation.timeZone,
    accessRole: entry.accessRole,
    defaultReminders: [],
    items: snapshot.items.slice(token.offset, end),
  };
  if (hasMore) {
    const kept = token.snapshot === '' ? keepSnapshot(state, snapshot) : token.snapshot;
    const empty = isEmpty ? token.empty + 1 : 0;
    body.nextPageToken = state.tokens.seal({ ...token, snapshot: kept, offset: end, empty, page: token.page + 1 });
  } else if (snapshot.nextSyncToken !== undefined) {
    body.nextSyncToken = snapshot.nextSyncToken;
  }
  return body;
}
