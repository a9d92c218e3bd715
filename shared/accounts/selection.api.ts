import * as z from 'zod';
import type { Calendar } from '../calendars/calendar.ts';
import { listField } from '../http/list-field.ts';
import { choiceField, textField, textSchema } from '../http/request-fields.ts';
import { idOut, listOut } from '../http/response-fields.ts';
import { accessRoles, type CalendarList } from '../providers/calendar-provider.ts';
import { isConnectedAs, type SelectionChoice } from './selection.ts';

/** Calendars that one request can choose. */
const mostChosen = 100;
const longestId = 1024;

export const selectionWords = ['primary', 'all'] as const;
const words = choiceField(selectionWords);
const ids = listField(textField(longestId), mostChosen).overwrite((list) => [...new Set(list)]);

/** Ids of calendars at the provider. */
export const chosenCalendarsOut = z.array(textSchema(longestId)).min(1).max(mostChosen);
export const selectionOut = z.union([z.enum(selectionWords), chosenCalendarsOut]);

/** `primary`, `all`, or ids of calendars at the provider. */
const selectionField = () =>
  z
    .unknown()
    .transform((value, context): SelectionChoice => {
      const parsed = (Array.isArray(value) ? ids : words).safeParse(value);
      if (parsed.success) return parsed.data;
      for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(selectionOut);

export const selectCalendarsFields = z.object({ selection: selectionField() });

/** A calendar in the list of an account at its provider (docs/use/accounts.md). */
export const providerCalendarOut = z.object({
  platform_uuid: z.string(),
  name: z.string().nullable(),
  is_primary: z.boolean(),
  access_role: z.enum(accessRoles),
  time_zone: z.string().nullable(),
  connected_as: idOut('cal').nullable(),
});

export const providerCalendarListOut = listOut(providerCalendarOut);
export const selectedCalendarsOut = z.object({ selection: selectionOut, results: z.array(providerCalendarOut) });

/** @param connected calendars of the account, the oldest of those with one id is shown */
export const showProviderCalendars = (
  { calendars }: CalendarList,
  connected: Calendar[],
): z.output<typeof providerCalendarOut>[] => {
  const byAge = connected.toSorted((one, other) => (one.created_at < other.created_at ? -1 : 1));
  return calendars.map((entry) =>
    providerCalendarOut.parse({
      ...entry,
      connected_as: byAge.find((calendar) => isConnectedAs(calendar, entry))?.id ?? null,
    }),
  );
};
