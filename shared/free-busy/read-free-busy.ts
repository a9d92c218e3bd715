import { listCalendarRows, readCalendars } from '../calendars/calendar-look-up-store.ts';
import { getCalendars } from '../calendars/calendar-store.ts';
import { isSameAddress } from '../events/details/guests.ts';
import { AppError } from '../platform/app-error.ts';
import { isId } from '../platform/ids.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { type CalendarFreeBusy, type FreeBusy, type FreeBusyChoice, mostCalendars } from './free-busy.ts';
import { readBusySpans } from './free-busy-store.ts';
import { mergeSpans } from './merge-spans.ts';

/** A project with more calendars gives ids: an address is looked for among all of them, or not at all. */
const calendarsSearched = 1_000;
const dayMs = 86_400_000;

/**
 * When the owners of calendars are not free, from what is stored. Requests: one for up to 50 calendars, and one or
 * more for the events of each (`readBusySpans`). Addresses cost two more, and one for each hundred calendars of the project.
 *
 * @throws AppError `refused` when addresses cannot be looked for
 */
export async function readFreeBusy(
  table: Table,
  projectId: string,
  choice: FreeBusyChoice,
  within: { from: Timestamp; to: Timestamp; now: number },
): Promise<FreeBusy> {
  const { ids, unknown } =
    'calendarIds' in choice ? byIds(choice.calendarIds) : await byAddress(table, projectId, choice.attendees);
  const found = await getCalendars(table, projectId, ids);
  const known = new Set<string>(found.map(({ calendar }) => calendar.id));
  const calendars = await Promise.all(
    found.map(async ({ calendar, sync }): Promise<CalendarFreeBusy> => {
      const { spans, until } = await readBusySpans(table, calendar, within);
      const end = windowEnd(sync.listing?.window, within.now);
      return {
        calendar,
        as_of: sync.last_served_at ?? null,
        known_until: until !== null && end !== null && until < end ? until : end,
        spans: mergeSpans(spans, within),
      };
    }),
  );
  return { calendars, unknown: [...unknown, ...ids.filter((id) => !known.has(id))] };
}

const byIds = (calendarIds: string[]): { ids: string[]; unknown: string[] } => ({
  ids: calendarIds.filter((id) => isId('cal', id)),
  unknown: calendarIds.filter((id) => !isId('cal', id)),
});

/**
 * The calendars of accounts with these addresses: all of them, because a person of whom one was left out would seem free.
 *
 * @throws AppError `refused` when the project has too many calendars, or these accounts have
 */
async function byAddress(
  table: Table,
  projectId: string,
  attendees: string[],
): Promise<{ ids: string[]; unknown: string[] }> {
  const page = { from: null, ascending: false, limit: calendarsSearched + 1 };
  const { rows } = await listCalendarRows(table, projectId, page);
  if (rows.length > calendarsSearched)
    throw new AppError(
      'refused',
      `attendees are looked for in projects with up to ${calendarsSearched} calendars. Give calendar_ids.`,
    );
  const ids = rows.map(({ PK }) => PK.slice('CALENDAR#'.length));
  const calendars = await readCalendars(table, projectId, ids);
  const isWanted = (email: string | null | undefined): boolean => attendees.some((one) => isSameAddress(one, email));
  const wanted = ids.filter((id) => isWanted(calendars.get(id)?.account_email));
  if (wanted.length > mostCalendars)
    throw new AppError(
      'refused',
      `These attendees have ${wanted.length} calendars, and an answer has up to ${mostCalendars}. Give fewer attendees, or calendar_ids.`,
    );
  const isFound = (email: string): boolean =>
    wanted.some((id) => isSameAddress(calendars.get(id)?.account_email, email));
  return { ids: wanted, unknown: attendees.filter((email) => !isFound(email)) };
}

/** The end of the window that was listed last: `1/28` is a day back and 28 ahead. */
function windowEnd(window: string | undefined, now: number): Timestamp | null {
  const futureDays = Number.parseFloat(window?.split('/')[1] ?? '');
  return Number.isFinite(futureDays) ? timestampOf(Math.floor(now + futureDays * dayMs)) : null;
}
