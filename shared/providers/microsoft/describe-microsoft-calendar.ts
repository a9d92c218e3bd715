import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import { type CalendarDescription, unknownCalendar } from '../calendar-provider.ts';
import { readAnswer } from '../read-answer.ts';
import type { GraphApi } from './graph-api.ts';
import { listPath } from './microsoft-calendar-list.ts';

const text = z.string().min(1).nullish().catch(null);
const entrySchema = z.object({
  id: z.string(),
  isDefaultCalendar: z.boolean().nullish().catch(null),
  name: text,
  owner: z.object({ address: text }).nullish().catch(null),
});
const listSchema = z.object({ value: z.array(z.unknown()) });

/**
 * The first page of the account's calendars. The owner of its default calendar is the account; the owner of a shared one
 * or of another mailbox is not (https://learn.microsoft.com/en-us/graph/api/resources/calendar). A calendar of Graph has no zone.
 */
export async function describeMicrosoftCalendar(
  api: GraphApi,
  { uuid, mailbox }: CalendarAddress,
): Promise<CalendarDescription> {
  const { value } = readAnswer(listSchema, await api.get(listPath(mailbox)));
  const entries = value.flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
  const standard = entries.find(({ isDefaultCalendar }) => isDefaultCalendar === true);
  const own = uuid === null ? standard : entries.find(({ id }) => id === uuid);
  return {
    ...unknownCalendar,
    name: own?.name ?? null,
    account_email: mailbox === null ? (standard?.owner?.address ?? null) : null,
  };
}
