import type { CalendarState } from './calendar-state.ts';
import { graphError, itemNotFound } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** A mailbox as an account reads it: its own, or what another one shares with it. */
export type OpenMailbox = { owner: MicrosoftAccount; isOwn: boolean; calendars: CalendarState[] };

/** The calendars of an account, the default one first. */
function calendarsOf(state: SimulatorState, account: MicrosoftAccount): CalendarState[] {
  return [...state.calendars.values()]
    .filter((calendar) => calendar.account === account.email && !calendar.removed)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** The calendars of others that an account may read. */
function sharedWith(state: SimulatorState, { email }: MicrosoftAccount, isListed = false): CalendarState[] {
  const shares = state.shares.filter((share) => share.reader === email && (share.isListed || !isListed));
  return shares.flatMap(({ calendarId }) => state.calendars.get(calendarId) ?? []).filter((one) => !one.removed);
}

/** What the list of a mailbox has. The reader's own one lists calendars of others as well. */
export const listMailbox = (state: SimulatorState, reader: MicrosoftAccount, mailbox: OpenMailbox): CalendarState[] =>
  mailbox.isOwn ? [...mailbox.calendars, ...sharedWith(state, reader, true)] : mailbox.calendars;

export const ownMailbox = (state: SimulatorState, account: MicrosoftAccount): OpenMailbox => ({
  owner: account,
  isOwn: true,
  calendars: calendarsOf(state, account),
});

const accessDenied = () => graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');

/**
 * The mailbox that a request names: the caller's own, or another one, of which the caller sees what it shares. Throws 403 for
 * a mailbox that shares nothing, and without a scope for shared calendars.
 */
export function openMailbox(
  state: SimulatorState,
  { account, scopes }: { account: MicrosoftAccount; scopes: string[] },
  user: string | undefined,
): OpenMailbox {
  const isUser = (one: MicrosoftAccount) => one.oid === user || one.email.toLowerCase() === user?.toLowerCase();
  if (user === undefined || isUser(account)) return ownMailbox(state, account);
  const owner = [...state.accounts.values()].find(isUser);
  const calendars = sharedWith(state, account).filter((one) => one.account === owner?.email);
  const hasScope = scopes.some((scope) => /^calendars\.read(write)?\.shared$/i.test(scope));
  if (owner === undefined || calendars.length === 0 || !hasScope) throw accessDenied();
  return { owner, isOwn: false, calendars };
}

/**
 * A calendar by its id (case-sensitive), the default one without. Throws 404, also for other people's ids, and 403 for a
 * default calendar that is not shared.
 */
export function findCalendar({ isOwn, calendars }: OpenMailbox, id: string | undefined): CalendarState {
  const calendar = calendars.find((one) => (id === undefined ? one.isDefault : one.id === id));
  if (calendar !== undefined) return calendar;
  throw id === undefined && !isOwn ? accessDenied() : itemNotFound();
}

/**
 * The calendar whose events a path answers. By the path of the reader's own mailbox a calendar of another one has none.
 */
export function findEvents(
  state: SimulatorState,
  reader: MicrosoftAccount,
  mailbox: OpenMailbox,
  id: string | undefined,
): CalendarState {
  const foreign = mailbox.isOwn ? sharedWith(state, reader).find((one) => one.id === id) : undefined;
  return foreign === undefined
    ? findCalendar(mailbox, id)
    : { ...foreign, events: new Map(), log: [], revision: 0, tokenGeneration: 0 };
}

/** The calendar resource, as an account reads it. */
export function presentCalendar(
  state: SimulatorState,
  reader: MicrosoftAccount,
  calendar: CalendarState,
): Record<string, unknown> {
  const account = state.accounts.get(calendar.account) ?? reader;
  const owner = { name: account.displayName, address: account.mail ?? account.email };
  const share = state.shares.find((one) => one.calendarId === calendar.id && one.reader === reader.email);
  const isOwn = calendar.account === reader.email && !calendar.shared;
  return {
    id: calendar.id,
    name: calendar.name,
    color: 'auto',
    hexColor: '',
    isDefaultCalendar: calendar.isDefault && isOwn,
    changeKey: Buffer.from(`calendar ${calendar.id.length}`).toString('base64'),
    canShare: isOwn,
    canViewPrivateItems: isOwn,
    canEdit: share?.canEdit ?? isOwn,
    isTallyingResponses: calendar.isDefault,
    isRemovable: !calendar.isDefault,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    owner: calendar.shared ? { name: 'Somebody Else', address: 'somebody.else@example.com' } : owner,
  };
}

/** `GET /me`. `mail` can be null on personal accounts. */
export function presentUser(account: MicrosoftAccount): Record<string, unknown> {
  return {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
    id: account.oid,
    displayName: account.displayName,
    givenName: null,
    surname: null,
    mail: account.mail,
    userPrincipalName: account.email,
    businessPhones: [],
    preferredLanguage: null,
  };
}

/** `GET /me/mailboxSettings` or one property of it. */
export function presentMailboxSettings(account: MicrosoftAccount, property: string | undefined) {
  const context = {
    '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${account.oid}')/mailboxSettings`,
  };
  if (property !== undefined) return { ...context, value: account.timeZone };
  return { ...context, timeZone: account.timeZone, dateFormat: 'yyyy-MM-dd', timeFormat: 'HH:mm' };
}
