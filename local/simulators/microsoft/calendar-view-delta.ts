import { randomBytes, randomUUID } from 'node:crypto';
import type { CalendarState } from './calendar-state.ts';
import { collectRound, type RoundItem } from './collect-round.ts';
import { showId } from './event-ids.ts';
import type { Window } from './event-slot.ts';
import { graphError } from './graph-error.ts';
import { type Presentation, presentEvent, presentStub } from './present-event.ts';
import type { Preferences } from './read-preferences.ts';
import { readParameter, readWindow } from './read-window.ts';
import type { RoundSnapshot, SimulatorState } from './simulator-state.ts';

const DEFAULT_PAGE_SIZE = 10;
/** Links of older rounds than the last hundred are forgotten. */
const MAX_SNAPSHOTS = 100;
/** The tokens of Graph's links have 300 to 600 characters that cannot be compressed. */
const PADDING = randomBytes(110).toString('base64url');

const UNSUPPORTED = new Set(['$select', '$top', '$filter', '$orderby', '$expand', '$search', '$skip', '$count']);

type DeltaToken = Window & { calendar: string; position: number; generation: number; padding: string };
type SkipToken = { snapshot: string; calendar: string; offset: number; empty: number; page: number; isDelta: boolean };

function checkParameters(query: URLSearchParams): void {
  const refused = [...query.keys()].filter((name) => UNSUPPORTED.has(name.toLowerCase()));
  if (refused.length === 0) return;
  const hint = refused.some((name) => name.toLowerCase() === '$top')
    ? ' Express page size preferences using the Prefer: odata.maxpagesize= header.'
    : '';
  const message = `The following parameters are not supported with change tracking over the 'CalendarView' resource: ${refused.join(', ')}.${hint}`;
  throw graphError(400, 'ErrorInvalidUrlQuery', message);
}

function refuseState(state: SimulatorState, url: string, window: Window | undefined): never {
  const { status, code, location } = state.switches.expiredSyncState;
  const range =
    window === undefined
      ? ''
      : `startDateTime=${new Date(window.fromMs).toISOString()}&endDateTime=${new Date(window.toMs).toISOString()}&`;
  const headers: Record<string, string> = location ? { location: `${url}?${range}$deltatoken=` } : {};
  throw graphError(status, code, 'The sync state generation is not found; generation=1.', headers);
}

/** The content of a link's token. Throws 400 for one that was corrupted or belongs to another calendar. */
function openToken(state: SimulatorState, text: string, calendar: CalendarState): unknown {
  const token = state.tokens.open(text) as { calendar: string } | undefined;
  if (token?.calendar === calendar.id) return token;
  throw graphError(400, 'ErrorInvalidSyncStateData', 'The sync state is corrupt or belongs to something else.');
}

function startRound(state: SimulatorState, calendar: CalendarState, query: URLSearchParams, url: string) {
  const text = readParameter(query, '$deltatoken');
  // An empty token starts a new round. The Location header of an expired token asks for that.
  const since = text ? (openToken(state, text, calendar) as DeltaToken) : undefined;
  if (since !== undefined && since.generation !== calendar.tokenGeneration) refuseState(state, url, since);
  const window: Window = since ?? readWindow(query);
  const items = collectRound(calendar, window, since?.position, { ...state.switches, random: state.random });
  const token: DeltaToken = {
    calendar: calendar.id,
    fromMs: window.fromMs,
    toMs: window.toMs,
    position: calendar.revision,
    generation: calendar.tokenGeneration,
    padding: PADDING,
  };
  const snapshot: RoundSnapshot = { items, deltaToken: state.tokens.seal(token) };
  const first: SkipToken = {
    snapshot: randomUUID(),
    calendar: calendar.id,
    offset: 0,
    empty: 0,
    page: 1,
    isDelta: since !== undefined,
  };
  return { token: first, snapshot };
}

function openPage(state: SimulatorState, calendar: CalendarState, text: string, url: string) {
  const token = openToken(state, text, calendar) as SkipToken;
  const snapshot = state.snapshots.get(token.snapshot);
  if (snapshot === undefined) return refuseState(state, url, undefined);
  return { token, snapshot };
}

function keepSnapshot(state: SimulatorState, id: string, snapshot: RoundSnapshot): void {
  state.snapshots.set(id, snapshot);
  const [oldest] = state.snapshots.keys();
  if (state.snapshots.size > MAX_SNAPSHOTS && oldest !== undefined) state.snapshots.delete(oldest);
}

function presentItem(item: RoundItem, presentation: Presentation): Record<string, unknown> {
  if ('removedId' in item) {
    return { id: showId(item.removedId, presentation.immutableIds), '@removed': { reason: 'deleted' } };
  }
  return item.view.type === 'occurrence' ? presentStub(item.view, presentation) : presentEvent(item.view, presentation);
}

/** A series is not split over pages, even if that makes one longer than was asked for. */
function findPageEnd(items: RoundItem[], wanted: number, splitSeries: boolean): number {
  if (splitSeries) return Math.min(wanted, items.length);
  let end = Math.min(wanted, items.length);
  while (items[end - 1]?.endsGroup === false) end += 1;
  return end;
}

/** Which page of which kind of round a request asks for, for the request log. */
export function readRoundPage(state: SimulatorState, query: URLSearchParams): { page: number; isDelta: boolean } {
  const token = state.tokens.open(readParameter(query, '$skiptoken') ?? '') as SkipToken | undefined;
  return token ?? { page: 1, isDelta: Boolean(readParameter(query, '$deltatoken')) };
}

/**
 * calendarView/delta: the first round, a later one (`$deltatoken`, whose window nothing can change) or a
 * further page of either (`$skiptoken`). The delta link comes on the last page and stands for the moment of the first.
 *
 * @param url the request's own address without its query, from which links are made
 */
export function answerDelta(
  state: SimulatorState,
  calendar: CalendarState,
  query: URLSearchParams,
  { preferences, presentation, url }: { preferences: Preferences; presentation: Presentation; url: string },
): Record<string, unknown> {
  checkParameters(query);
  const skip = readParameter(query, '$skiptoken');
  const { token, snapshot } =
    skip === null ? startRound(state, calendar, query, url) : openPage(state, calendar, skip, url);
  const { items } = snapshot;
  const size = Math.min(preferences.maxPageSize ?? DEFAULT_PAGE_SIZE, state.switches.pageSize);
  const isEmpty = token.empty < state.switches.emptyPages;
  const end = isEmpty ? token.offset : findPageEnd(items, token.offset + size, state.switches.splitSeries);
  const body: Record<string, unknown> = {
    '@odata.context': `${new URL(url).origin}/v1.0/$metadata#Collection(event)`,
    value: items.slice(token.offset, end).map((item) => presentItem(item, presentation)),
  };
  if (!isEmpty && end >= items.length)
    return { ...body, '@odata.deltaLink': `${url}?$deltatoken=${snapshot.deltaToken}` };
  keepSnapshot(state, token.snapshot, snapshot);
  const next: SkipToken = { ...token, offset: end, empty: isEmpty ? token.empty + 1 : 0, page: token.page + 1 };
  return { ...body, '@odata.nextLink': `${url}?$skiptoken=${state.tokens.seal(next)}` };
}
