import { calendarError, notFound, parameterError } from './google-error.ts';
import { checkParameters, readBoolean, readCount } from './parse-list-query.ts';
import type { AccessRole } from './present-event.ts';
import type { CalendarEntry, GoogleAccount, SimulatorState } from './simulator-state.ts';

const ROLES: AccessRole[] = ['freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner'];

/** The calendar an account may use under an id or the `primary` alias. Throws 404, also when access was lost. */
export function findCalendar(state: SimulatorState, account: GoogleAccount, id: string) {
  const entry = [...account.calendars.values()].find((one) => (id === 'primary' ? one.primary : one.calendarId === id));
  const calendar = state.calendars.get(entry?.calendarId ?? '');
  if (entry === undefined || entry.deleted || calendar === undefined) throw notFound();
  return { calendar, entry };
}

/** `calendars.get`. */
export function getCalendar(state: SimulatorState, account: GoogleAccount, id: string): Record<string, unknown> {
  const { calendar } = findCalendar(state, account, id);
  const { id: calendarId, summary, description, timeZone } = calendar;
  return {
    kind: 'calendar#calendar',
    etag: `"c${calendar.updatedMs}"`,
    id: calendarId,
    summary,
    ...(description === undefined ? {} : { description }),
    timeZone,
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}

function presentEntry(state: SimulatorState, entry: CalendarEntry): Record<string, unknown> {
  const calendar = state.calendars.get(entry.calendarId);
  const frame = { kind: 'calendar#calendarListEntry', etag: `"l${entry.revision}"`, id: entry.calendarId };
  if (entry.deleted || calendar === undefined) return { ...frame, deleted: true };
  return {
    ...frame,
    summary: calendar.summary,
    ...(calendar.description === undefined ? {} : { description: calendar.description }),
    timeZone: calendar.timeZone,
    accessRole: entry.accessRole,
    ...(entry.primary ? { primary: true } : {}),
    ...(entry.hidden ? { hidden: true } : { selected: true }),
    defaultReminders: [],
  };
}

/** `calendarList.get`. */
export function getCalendarListEntry(
  state: SimulatorState,
  account: GoogleAccount,
  id: string,
): Record<string, unknown> {
  return presentEntry(state, findCalendar(state, account, id).entry);
}

function openPosition(state: SimulatorState, account: GoogleAccount, name: string, text: string | null): number {
  if (text === null) return -1;
  const token = state.tokens.open(text) as { list: string; position: number } | undefined;
  if (token?.list !== `${name} ${account.email}`) throw parameterError(name, `Invalid ${name} value.`);
  return token.position;
}

/** `calendarList.list`: default 100 entries a page, at most 250; its own sync token. */
export function listCalendars(
  state: SimulatorState,
  account: GoogleAccount,
  query: URLSearchParams,
): Record<string, unknown> {
  checkParameters(query, ['maxResults', 'minAccessRole', 'pageToken', 'showDeleted', 'showHidden', 'syncToken']);
  const minAccessRole = query.get('minAccessRole');
  if (query.has('syncToken') && minAccessRole !== null) {
    throw calendarError(400, 'invalid', 'Sync token cannot be combined with minAccessRole.', { location: 'syncToken' });
  }
  const since = openPosition(state, account, 'syncToken', query.get('syncToken'));
  const offset = Math.max(0, openPosition(state, account, 'pageToken', query.get('pageToken')));
  const isDelta = since >= 0;
  const showDeleted = readBoolean(query, 'showDeleted') ?? isDelta;
  const showHidden = readBoolean(query, 'showHidden') ?? isDelta;
  const entries = [...account.calendars.values()].filter(
    (entry) =>
      entry.revision > since &&
      (showDeleted || !entry.deleted) &&
      (showHidden || !entry.hidden) &&
      ROLES.indexOf(entry.accessRole) >= ROLES.indexOf((minAccessRole ?? 'freeBusyReader') as AccessRole),
  );
  const end = offset + Math.min(readCount(query, 'maxResults', 250) ?? 100, state.switches.pageSize);
  const next = (name: string, position: number) => state.tokens.seal({ list: `${name} ${account.email}`, position });
  return {
    kind: 'calendar#calendarList',
    etag: `"p${account.listRevision}"`,
    ...(end < entries.length
      ? { nextPageToken: next('pageToken', end) }
      : { nextSyncToken: next('syncToken', account.listRevision) }),
    items: entries.slice(offset, end).map((entry) => presentEntry(state, entry)),
  };
}
