import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import type { AccessRole, CalendarList, Listed } from '../calendar-provider.ts';
import { findInPages, type ListPage, readWholeList } from '../find-in-list.ts';
import { noError, pageLink } from '../page-link.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import { findOwners } from './find-owners.ts';
import type { GraphApi } from './graph-api.ts';
import { calendarPath, mailboxPath } from './mailbox-path.ts';

const listSchema = z.object({ value: z.array(z.unknown()), '@odata.nextLink': pageLink, error: noError });
const flag = z.boolean().nullish().catch(null);
const text = z.string().min(1).nullish().catch(null);
const entrySchema = z.object({
  id: z.string().min(1),
  name: text,
  isDefaultCalendar: flag,
  canEdit: flag,
  canShare: flag,
  owner: z.object({ address: text }).nullish().catch(null),
});
type Entry = z.output<typeof entrySchema>;

/**
 * The calendars of a mailbox (https://learn.microsoft.com/en-us/graph/api/user-list-calendars). Without `$top` a page has ten.
 * Accounts have some dozens.
 */
export const listPath = (mailbox: string | null): string => `${mailboxPath(mailbox)}/calendars?$top=100`;

const pagesOf =
  (api: GraphApi, mailbox: string | null) =>
  async (link: string | null): Promise<ListPage<Entry>> => {
    const page = readAnswer(listSchema, await api.get(link ?? listPath(mailbox)));
    const entries = page.value.map((entry) => entrySchema.safeParse(entry).data ?? null);
    return { entries, next: page['@odata.nextLink'] };
  };

export async function findInGraphList(api: GraphApi, { uuid, mailbox }: CalendarAddress): Promise<Listed> {
  const found = await findInPages(pagesOf(api, mailbox), ({ id, isDefaultCalendar }) =>
    (uuid === null ? isDefaultCalendar === true : id === uuid) ? 'listed' : null,
  );
  return found === 'absent' && uuid === null ? 'unclear' : found;
}

/**
 * The calendars of a mailbox. The account's own list has calendars of others as well: one that can be read by the path of
 * its owner is read by that path. Graph has no time zone of a calendar.
 */
export async function listMicrosoftCalendars(api: GraphApi, mailbox: string | null): Promise<CalendarList> {
  const { entries, isComplete } = await readWholeList(pagesOf(api, mailbox));
  const each = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  const own = addressIn(each.find(({ isDefaultCalendar }) => isDefaultCalendar === true));
  const isForeign = (entry: Entry): boolean => {
    const owner = addressIn(entry);
    return mailbox === null && own !== null && owner !== null && owner.toLowerCase() !== own.toLowerCase();
  };
  const foreign = each.filter(isForeign).map((entry) => ({ uuid: entry.id, mailbox: addressIn(entry) }));
  const owners = await findOwners(api, foreign);
  const calendars = each.map((entry) => ({
    platform_uuid: entry.id,
    mailbox: mailbox ?? owners.get(entry.id) ?? null,
    name: entry.name ?? null,
    is_primary: entry.isDefaultCalendar === true && !isForeign(entry),
    owner_address: addressIn(entry),
    access_role: roleIn(entry, isForeign(entry)),
    time_zone: null,
  }));
  return { calendars, isComplete };
}

/**
 * The address of a calendar: that of its owner's mailbox, where the account's list shows so. The calendar itself must answer
 * there, because its events do even where the account cannot read them.
 *
 * @throws ProviderError `missing` also when the account's whole list does not have it
 */
export async function locateMicrosoftCalendar(api: GraphApi, calendar: CalendarAddress): Promise<CalendarAddress> {
  if (calendar.uuid === null && calendar.mailbox === null) return calendar;
  const address = calendar.mailbox === null ? await findOwn(api, calendar) : calendar;
  readAnswer(z.object({ id: z.string() }), await api.get(calendarPath(address)));
  return address;
}

async function findOwn(api: GraphApi, { uuid }: CalendarAddress): Promise<CalendarAddress> {
  const { calendars, isComplete } = await listMicrosoftCalendars(api, null);
  const listed = calendars.find(({ platform_uuid: id }) => id === uuid);
  if (!listed && isComplete) throw notListed();
  return { uuid, mailbox: listed?.mailbox ?? null };
}

const notListed = (): ProviderError =>
  new ProviderError({ kind: 'missing' }, 'NotInCalendarList', 'the account has no such calendar');

const addressIn = (entry: Entry | undefined): string | null => entry?.owner?.address ?? null;

/** Only the owner of a calendar can share it (https://learn.microsoft.com/en-us/graph/api/resources/calendar). */
function roleIn({ canShare, canEdit }: Entry, isForeign: boolean): AccessRole {
  if (!isForeign && canShare === true) return 'owner';
  if (typeof canEdit !== 'boolean') return 'unknown';
  return canEdit ? 'writer' : 'reader';
}
