import { hashQuery } from '../opaque-tokens.ts';
import { isZone } from '../zone-clock.ts';
import type { EventFilter } from './collect-events.ts';
import { parameterError } from './google-error.ts';
import type { GoogleEventType } from './google-event.ts';

const EVENT_TYPES = new Set(['birthday', 'default', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation']);
const STANDARD = ['alt', 'fields', 'prettyPrint', 'quotaUser', 'key'];
const REPEATABLE = new Set(['eventTypes', 'privateExtendedProperty', 'sharedExtendedProperty']);
/** events.list, parameter `syncToken`: these cannot be combined with it. */
const FORBIDDEN_WITH_SYNC_TOKEN =
  'iCalUID orderBy privateExtendedProperty q sharedExtendedProperty timeMin timeMax updatedMin'.split(' ');
/** What must be the same on every incremental call as on the first listing. */
const SHAPE = 'singleEvents eventTypes maxAttendees timeZone showHiddenInvitations'.split(' ');
const LIST_PARAMETERS = [
  ...FORBIDDEN_WITH_SYNC_TOKEN,
  ...SHAPE,
  ...'alwaysIncludeEmail maxResults pageToken showDeleted syncToken'.split(' '),
];

export type ListQuery = EventFilter & {
  maxResults: number;
  maxAttendees: number | undefined;
  orderBy: 'startTime' | 'updated' | undefined;
  timeZone: string | undefined;
  pageToken: string | undefined;
  syncToken: string | undefined;
  /** Fingerprint of what binds a sync token to its query. */
  shape: string;
  /** Fingerprint of everything but paging and mask: a page token belongs to exactly one query. */
  identity: string;
};

/** Refuses unknown and wrongly repeated parameters, so that a misspelt one is noticed instead of ignored. */
export function checkParameters(query: URLSearchParams, allowed: string[]): void {
  for (const name of new Set(query.keys())) {
    if (![...STANDARD, ...allowed].includes(name)) {
      throw parameterError(name, `Unknown parameter: ${name}`, 'unknownParameter');
    }
    if (!REPEATABLE.has(name) && query.getAll(name).length > 1) {
      throw parameterError(name, `Parameter ${name} is not repeatable.`);
    }
  }
  if ((query.get('alt') ?? 'json') !== 'json') throw parameterError('alt', 'Only alt=json is supported.');
}

/** `true` or `false`, nothing else. */
export function readBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (text !== 'true' && text !== 'false') {
    throw parameterError(name, `Invalid boolean value: '${text}'.`, 'invalidParameter');
  }
  return text === 'true';
}

/** A whole number of at least one; larger than `max` counts as `max` ("can never be larger than 2500 events"). */
export function readCount(query: URLSearchParams, name: string, max: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) {
    throw parameterError(name, `Invalid value '${text}'. Values must be within the range: [1, ${max}]`, 'badRequest');
  }
  return Math.min(Number(text), max);
}

/** RFC 3339 with mandatory offset; milliseconds may be given and are ignored. */
export function readInstant(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const instant = Date.parse(text);
  const shaped = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!shaped || Number.isNaN(instant)) throw parameterError(name, 'Bad Request', 'badRequest');
  return Math.floor(instant / 1000) * 1000;
}

/** An IANA zone name. */
export function readZone(query: URLSearchParams): string | undefined {
  const zone = query.get('timeZone') ?? undefined;
  if (zone !== undefined && !isZone(zone)) throw parameterError('timeZone', 'Invalid time zone definition.');
  return zone;
}

function checkSyncToken(query: URLSearchParams): void {
  if (!query.has('syncToken')) return;
  const forbidden = FORBIDDEN_WITH_SYNC_TOKEN.find((name) => query.has(name));
  if (forbidden !== undefined) {
    throw parameterError('syncToken', `Sync token cannot be combined with the parameter ${forbidden}.`);
  }
  if (query.get('showDeleted') === 'false') {
    throw parameterError('syncToken', 'Sync token cannot be combined with showDeleted=false.');
  }
}

/** Reads and checks the query of events.list by the rules of the Calendar API. Throws 400. */
export function parseListQuery(query: URLSearchParams): ListQuery {
  checkParameters(query, LIST_PARAMETERS);
  checkSyncToken(query);
  const singleEvents = readBoolean(query, 'singleEvents') ?? false;
  readBoolean(query, 'showHiddenInvitations');
  const orderBy = query.get('orderBy') ?? undefined;
  if (orderBy !== undefined && orderBy !== 'startTime' && orderBy !== 'updated') {
    throw parameterError('orderBy', `Invalid value for orderBy: ${orderBy}`);
  }
  if (orderBy === 'startTime' && !singleEvents) {
    const message = 'The requested ordering is not available for the particular query.';
    throw parameterError('orderBy', message, 'badRequest');
  }
  const fromMs = readInstant(query, 'timeMin');
  const toMs = readInstant(query, 'timeMax');
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) {
    throw parameterError('timeMax', 'The specified time range is empty.', 'timeRangeEmpty');
  }
  const eventTypes = query.getAll('eventTypes');
  const unknownType = eventTypes.find((type) => !EVENT_TYPES.has(type));
  if (unknownType !== undefined) throw parameterError('eventTypes', `Invalid value '${unknownType}'.`, 'badRequest');
  const without = (names: string[]) => [...query].filter(([name]) => !names.includes(name));
  return {
    singleEvents,
    showDeleted: readBoolean(query, 'showDeleted') ?? false,
    eventTypes: eventTypes as GoogleEventType[],
    fromMs,
    toMs,
    updatedMinMs: readInstant(query, 'updatedMin'),
    q: query.get('q') ?? undefined,
    iCalUID: query.get('iCalUID') ?? undefined,
    privateProperties: query.getAll('privateExtendedProperty'),
    sharedProperties: query.getAll('sharedExtendedProperty'),
    maxResults: readCount(query, 'maxResults', 2500) ?? 250,
    maxAttendees: readCount(query, 'maxAttendees', 1_000_000),
    orderBy,
    timeZone: readZone(query),
    pageToken: query.get('pageToken') ?? undefined,
    syncToken: query.get('syncToken') ?? undefined,
    shape: hashQuery([...query].filter(([name, value]) => SHAPE.includes(name) && value !== 'false')),
    identity: hashQuery(without([...STANDARD, 'pageToken', 'maxResults', 'alwaysIncludeEmail'])),
  };
}
