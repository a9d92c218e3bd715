import * as z from 'zod';
import { addressOf, type Calendar } from '../calendars/calendar.ts';
import { type CalendarId, idOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { CalendarList, ProviderCalendar } from '../providers/calendar-provider.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';
import type { Account } from './account.ts';
import type { WantedCalendar } from './connect-calendars.ts';

/** Which calendars of an account are connected: the primary one, all, or those with these ids at the provider. */
export type SelectionChoice = 'primary' | 'all' | string[];

/** Why a selection is not applied, or not as a whole. */
export const selectionErrorCodes = [
  /** The provider refuses the account. */
  'refused',
  /** The provider does not answer, or asks to wait. */
  'provider_unavailable',
  /** The provider's list is empty, or could not be read to its end. */
  'list_incomplete',
  /** The account does not have a calendar that is chosen. */
  'calendar_not_found',
  'too_many_calendars',
  'unexpected',
] as const;
type SelectionErrorCode = (typeof selectionErrorCodes)[number];

export interface SelectionFault {
  code: SelectionErrorCode;
  message: string;
}

const selectionErrorSchema = z.object({
  code: z.enum(selectionErrorCodes),
  message: z.string(),
  /** Since when each try has come to this. */
  since: storedTimestamp,
});
type SelectionError = z.output<typeof selectionErrorSchema>;

/** A selection. It has a timer while it is not applied, and one of all calendars, which is followed, always. */
export const selectionSchema = z.object({
  account_id: idOf('acct'),
  project_id: idOf('proj'),
  choice: jsonText(z.union([z.enum(['primary', 'all']), z.array(z.string())])),
  /** Another one with each `PUT`. */
  version: z.string(),
  /** A worker applies it until then. No other one does. */
  working_until: storedTimestamp.optional(),
  /** Calendars that the last complete list did not have. The next one decides. */
  absent: jsonText(z.array(idOf('cal'))),
  /** Tries in a row that failed. */
  failures: z.number(),
  /** When it was last applied as a whole; null: not yet. */
  applied_at: storedTimestamp.nullable(),
  /** What came of the last try; null: it was applied, or has not been tried. */
  error: jsonText(selectionErrorSchema).nullable(),
  /** Of calendars that it connects. */
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
});
export type Selection = z.output<typeof selectionSchema>;

/** A new selection, which is not applied. */
export const newSelection = (
  { id, project_id }: Pick<Account, 'id' | 'project_id'>,
  { choice, version, metadata }: Pick<Selection, 'choice' | 'version' | 'metadata'>,
): Selection => ({
  account_id: id,
  project_id,
  choice,
  version,
  metadata,
  absent: [],
  failures: 0,
  applied_at: null,
  error: null,
});

/** @param former of the last try: the same failure goes on since then */
export const selectionError = (
  { code, message }: SelectionFault,
  former: SelectionError | null,
  now: Timestamp,
): SelectionError => ({ code, message, since: former?.code === code ? former.since : now });

/** Is it the primary calendar of its mailbox, by its name? */
function isPrimary(calendar: Calendar): boolean {
  const { uuid } = addressOf(calendar);
  return uuid === null || (calendar.platform === 'google' && uuid === 'primary');
}

/** Does a calendar of an account have an entry of the account's list? */
export function isConnectedAs(calendar: Calendar, entry: ProviderCalendar): boolean {
  const { uuid, mailbox } = addressOf(calendar);
  const isSameMailbox =
    mailbox === null || entry.mailbox === null || mailbox.toLowerCase() === entry.mailbox.toLowerCase();
  if (!isSameMailbox) return false;
  // The primary calendar of another mailbox is not that of the account.
  return isPrimary(calendar)
    ? entry.is_primary && (mailbox === null || entry.mailbox !== null)
    : uuid === entry.platform_uuid;
}

/** What makes the calendars of an account those of its selection. */
export interface SelectionPlan {
  connect: WantedCalendar[];
  disconnect: CalendarId[];
  /** Why the list is not enough to apply the selection as a whole. */
  fault: SelectionFault | null;
  rename: { id: CalendarId; name: string }[];
  /** Calendars that a complete list does not have, or not as readable. They are disconnected when the next one has them neither. */
  absent: CalendarId[];
}

/** What a list lacks for a choice. */
export function findListFault(choice: SelectionChoice, { calendars, isComplete }: CalendarList): SelectionFault | null {
  const isListed = (id: string): boolean => calendars.some(({ platform_uuid }) => platform_uuid === id);
  const missing = typeof choice === 'string' ? [] : choice.filter((id) => !isListed(id));
  const lacksPrimary = choice === 'primary' && !calendars.some(({ is_primary }) => is_primary);
  const isEnough = choice === 'all' ? isComplete : missing.length === 0 && !lacksPrimary;
  if (isEnough) return null;
  if (!isComplete)
    return { code: 'list_incomplete', message: 'The list of calendars is empty, or could not be read to its end.' };
  const name = lacksPrimary ? 'primary calendar' : `calendar "${(missing[0] ?? '').slice(0, 200)}"`;
  return { code: 'calendar_not_found', message: `The account has no ${name}.` };
}

/**
 * Plans a selection. A calendar is disconnected because it is not chosen, or, of all calendars, because two complete lists
 * in a row do not have it, or not as readable. Nothing is disconnected by a list that lacks what is chosen. One that names
 * its mailbox by its path is in no list.
 *
 * @param former `absent` of the last plan
 */
export function planSelection(
  choice: SelectionChoice,
  list: CalendarList,
  { connected, former }: { connected: Calendar[]; former: readonly CalendarId[] },
): SelectionPlan {
  const { calendars, isComplete } = list;
  const fault = findListFault(choice, list);
  const chosen = calendars.filter((entry) => isChosen(choice, entry));
  const connect = chosen.filter((entry) => !connected.some((calendar) => isConnectedAs(calendar, entry))).map(wantedOf);
  if (choice !== 'all') {
    const others = fault === null ? connected.filter((calendar) => !isKept(calendar, choice, chosen)) : [];
    return { connect, disconnect: others.map(({ id }) => id), fault, rename: [], absent: [] };
  }
  const unlisted = connected.filter((calendar) => {
    const isByPath = addressOf(calendar).mailbox !== calendar.mailbox;
    return !isByPath && !isPrimary(calendar) && !chosen.some((entry) => isConnectedAs(calendar, entry));
  });
  const absent = isComplete ? unlisted.map(({ id }) => id) : [...former];
  const disconnect = isComplete ? absent.filter((id) => former.includes(id)) : [];
  return {
    connect,
    disconnect,
    fault,
    rename: connected.flatMap((calendar) => {
      const name = calendars.find((entry) => isConnectedAs(calendar, entry))?.name;
      return name && calendar.name !== undefined && calendar.name !== name ? [{ id: calendar.id, name }] : [];
    }),
    absent: absent.filter((id) => !disconnect.includes(id)),
  };
}

/** The primary calendar is connected without its id, however it is chosen: so no second one is connected for it. */
export const wantedOf = ({
  is_primary,
  platform_uuid,
  mailbox,
}: Pick<ProviderCalendar, 'is_primary' | 'platform_uuid' | 'mailbox'>): WantedCalendar => ({
  platform_uuid: is_primary ? null : platform_uuid,
  ...(mailbox !== null && { mailbox }),
});

const isChosen = (choice: SelectionChoice, entry: ProviderCalendar): boolean => {
  if (choice === 'primary') return entry.is_primary;
  return choice === 'all' ? entry.access_role !== 'free_busy' : choice.includes(entry.platform_uuid);
};

/** What a list does not have, because it is not complete, is known by the choice itself. */
const isKept = (calendar: Calendar, choice: SelectionChoice, chosen: ProviderCalendar[]): boolean => {
  if (chosen.some((entry) => isConnectedAs(calendar, entry))) return true;
  const { uuid, mailbox } = addressOf(calendar);
  if (choice === 'primary') return isPrimary(calendar) && mailbox === null;
  return uuid !== null && choice.includes(uuid);
};
