import type { CalendarState } from './calendar-state.ts';
import { itemNotFound } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** The calendars of an account, the default one first. */
export function calendarsOf(state: SimulatorState, account: MicrosoftAccount): CalendarState[] {
  return [...state.calendars.values()]
    .filter((calendar) => calendar.account === account.email && !calendar.removed)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** A calendar by its id (case-sensitive), the default one without. Throws 404, also for other people's ids. */
export function findCalendar(state: SimulatorState, account: MicrosoftAccount, id: string | undefined): CalendarState {
  const own = calendarsOf(state, account);
  const calendar = own.find((one) => (id === undefined ? one.isDefault : one.id === id));
  if (calendar === undefined) throw itemNotFound();
  return calendar;
}

/** The calendar resource. */
export function presentCalendar(calendar: CalendarState, account: MicrosoftAccount): Record<string, unknown> {
  const owner = { name: account.displayName, address: account.mail ?? account.email };
  return {
    id: calendar.id,
    name: calendar.name,
    color: 'auto',
    hexColor: '',
    isDefaultCalendar: calendar.isDefault,
    changeKey: Buffer.from(`calendar ${calendar.id.length}`).toString('base64'),
    canShare: !calendar.shared,
    canViewPrivateItems: !calendar.shared,
    canEdit: !calendar.shared,
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
