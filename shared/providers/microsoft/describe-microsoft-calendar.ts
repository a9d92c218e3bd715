import * as z from 'zod';
import { type CalendarDescription, unknownCalendar } from '../calendar-provider.ts';
import { readAnswer } from '../read-answer.ts';
import type { GraphApi } from './graph-api.ts';

const text = z.string().min(1).nullish().catch(null);
const entrySchema = z.object({
  id: z.string(),
  isDefaultCalendar: z.boolean().nullish().catch(null),
  name: text,
  owner: z.object({ address: text }).nullish().catch(null),
});
const listSchema = z.object({ value: z.array(z.unknown()) });

/**
 * The first page of the account's calendars. The owner of the default calendar is the account; the owner of a shared one
 * is not (https://learn.microsoft.com/en-us/graph/api/resources/calendar). A calendar of Graph has no zone.
 */
export async function describeMicrosoftCalendar(
  api: GraphApi,
  calendarUuid: string | null,
): Promise<CalendarDescription> {
  const { value } = readAnswer(listSchema, await api.get('/me/calendars'));
  const entries = value.flatMap((entry) => entrySchema.safeParse(entry).data ?? []);
  const standard = entries.find(({ isDefaultCalendar }) => isDefaultCalendar === true);
  const own = calendarUuid === null ? standard : entries.find(({ id }) => id === calendarUuid);
  return { ...unknownCalendar, name: own?.name ?? null, account_email: standard?.owner?.address ?? null };
}
