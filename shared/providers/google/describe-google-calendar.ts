import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import { type CalendarDescription, unknownCalendar } from '../calendar-provider.ts';
import { readAnswer } from '../read-answer.ts';
import type { GoogleApi } from './google-api.ts';

const text = z.string().min(1).nullish().catch(null);
const entrySchema = z.object({
  id: z.string(),
  primary: z.boolean().nullish().catch(null),
  summary: text,
  summaryOverride: text,
  timeZone: text,
});
const listSchema = z.object({ items: z.array(z.unknown()) });

/**
 * The first page of the calendar list. The id of the primary calendar is the address of the account
 * (https://developers.google.com/workspace/calendar/api/v3/reference/calendarList).
 */
export async function describeGoogleCalendar(api: GoogleApi, { uuid }: CalendarAddress): Promise<CalendarDescription> {
  const { items } = readAnswer(
    listSchema,
    await api.get('/users/me/calendarList', { maxResults: '250', showHidden: 'true' }),
  );
  const entries = items.flatMap((item) => entrySchema.safeParse(item).data ?? []);
  const primary = entries.find((entry) => entry.primary === true);
  const isPrimary = uuid === null || uuid === 'primary';
  const own = isPrimary ? primary : entries.find(({ id }) => id === uuid);
  return {
    ...unknownCalendar,
    name: own?.summaryOverride ?? own?.summary ?? null,
    time_zone: own?.timeZone ?? null,
    account_email: primary?.id.includes('@') ? primary.id : null,
  };
}
