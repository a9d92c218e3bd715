import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import type { AccessRole, CalendarList, Listed } from '../calendar-provider.ts';
import { findInPages, type ListPage, readWholeList } from '../find-in-list.ts';
import { noError, pageLink } from '../page-link.ts';
import { readAnswer } from '../read-answer.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import type { GoogleApi } from './google-api.ts';

const listSchema = z.object({ items: z.array(z.unknown()), nextPageToken: pageLink, error: noError });
const flag = z.boolean().nullish().catch(null);
const text = z.string().min(1).nullish().catch(null);
const entrySchema = z.object({
  id: z.string().min(1),
  primary: flag,
  deleted: flag,
  summary: text,
  summaryOverride: text,
  accessRole: text,
  timeZone: text,
});
type Entry = z.output<typeof entrySchema>;

/** https://developers.google.com/workspace/calendar/api/v3/reference/calendarList */
const roles = new Map<string | null | undefined, AccessRole>([
  ['owner', 'owner'],
  ['writer', 'writer'],
  ['writerWithoutPrivateAccess', 'writer'],
  ['reader', 'reader'],
  ['freeBusyReader', 'free_busy'],
]);

/** A page of the calendar list (https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list). */
const pagesOf =
  (api: GoogleApi) =>
  async (link: string | null): Promise<ListPage<Entry>> => {
    const query = { maxResults: '250', showHidden: 'true', ...(link && { pageToken: link }) };
    const page = readAnswer(listSchema, await api.get('/users/me/calendarList', query));
    return { entries: page.items.map((item) => entrySchema.safeParse(item).data ?? null), next: page.nextPageToken };
  };

export async function findInGoogleList(api: GoogleApi, { uuid }: CalendarAddress): Promise<Listed> {
  const isPrimary = uuid === null || uuid === 'primary';
  const found = await findInPages(pagesOf(api), ({ id, primary, deleted }) => {
    if (isPrimary ? primary !== true : id !== uuid) return null;
    return deleted ? 'absent' : 'listed';
  });
  return found === 'absent' && isPrimary ? 'unclear' : found;
}

export async function listGoogleCalendars(api: GoogleApi): Promise<CalendarList> {
  const { entries, isComplete } = await readWholeList(pagesOf(api));
  const living = new Map(entries.filter(({ deleted }) => deleted !== true).map((entry) => [entry.id, entry]));
  const calendars = [...living.values()].map((entry) => ({
    platform_uuid: entry.id,
    mailbox: null,
    name: entry.summaryOverride ?? entry.summary ?? null,
    is_primary: entry.primary === true,
    owner_address: entry.primary === true && entry.id.includes('@') ? entry.id : null,
    access_role: roles.get(entry.accessRole) ?? 'unknown',
    time_zone: resolveTimeZone(entry.timeZone),
  }));
  return { calendars, isComplete };
}
