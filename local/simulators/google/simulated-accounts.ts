import { createHash } from 'node:crypto';
import { isZone } from '../zone-clock.ts';
import { createCalendarState } from './calendar-state.ts';
import type { AccessRole } from './present-event.ts';
import type { GoogleAccount, SimulatorState } from './simulator-state.ts';

type AccountInput = { email: string } & Partial<Omit<GoogleAccount, 'email' | 'calendars' | 'listRevision'>>;

type CalendarInput = {
  /** Defaults to the account's e-mail address, which makes it the primary calendar. */
  id?: string;
  primary?: boolean;
  summary?: string;
  description?: string;
  timeZone?: string;
  accessRole?: AccessRole;
  hidden?: boolean;
  /** False for calendars that refuse push with pushNotSupportedForRequestedResource. */
  watchable?: boolean;
};

/** Accounts and their calendars. Flags of a returned account may be changed at any time. */
export type SimulatedAccounts = {
  addAccount(account: AccountInput): GoogleAccount;
  /** Creates a calendar, or shares an existing one (same id) with another account. Returns its id. */
  addCalendar(account: GoogleAccount, calendar?: CalendarInput): string;
  /** Changes an account's role on a calendar; its sync tokens end, as ACL changes end them. */
  setAccessRole(account: GoogleAccount, calendarId: string, accessRole: AccessRole): void;
  /** An administrator gives the user another address. The user's id stays. */
  renameAccount(account: GoogleAccount, email: string): void;
  /** The account loses the calendar: 404 everywhere, `deleted` in the calendar list. */
  removeCalendar(account: GoogleAccount, calendarId: string): void;
  /** Access tokens issued so far answer 401, of one account or all. */
  expireAccessTokens(account?: GoogleAccount): void;
};

/** Binds accounts to a simulator's state. All accounts share one OAuth client unless an option names another. */
export function createSimulatedAccounts(state: SimulatorState): SimulatedAccounts {
  const findEntry = (account: GoogleAccount, calendarId: string) => {
    const entry = account.calendars.get(calendarId);
    if (entry === undefined) throw new Error(`${account.email} has no calendar ${calendarId}.`);
    entry.revision = ++account.listRevision;
    return entry;
  };
  return {
    addAccount(input) {
      if (state.accounts.has(input.email)) throw new Error(`Account ${input.email} exists.`);
      const account: GoogleAccount = {
        sub: BigInt(`0x${createHash('sha256').update(input.email).digest('hex')}`)
          .toString()
          .slice(0, 21),
        refreshToken: `1//simulated-${input.email}`,
        clientId: 'simulated-client.apps.googleusercontent.com',
        clientSecret: 'simulated-secret',
        scopes: ['https://www.googleapis.com/auth/calendar.readonly', 'https://www.googleapis.com/auth/userinfo.email'],
        revoked: false,
        disabled: false,
        blockedByAdmin: false,
        directoryId: String(110_000_000_000_000_000_000n + BigInt(state.accounts.size)),
        hasCalendar: true,
        ...input,
        calendars: new Map(),
        listRevision: 0,
      };
      state.accounts.set(account.email, account);
      return account;
    },
    addCalendar(account, input = {}) {
      const id = input.id ?? account.email;
      const { summary = id, description, timeZone = 'UTC', watchable = true, accessRole = 'owner' } = input;
      if (!isZone(timeZone)) throw new Error(`Invalid time zone definition: ${timeZone}`);
      if (!state.calendars.has(id)) {
        const calendar = createCalendarState({ id, summary, description, timeZone, watchable }, state.now());
        state.calendars.set(id, calendar);
      }
      account.calendars.set(id, {
        calendarId: id,
        primary: input.primary ?? id === account.email,
        accessRole,
        hidden: input.hidden ?? false,
        deleted: false,
        revision: ++account.listRevision,
      });
      return id;
    },
    setAccessRole(account, calendarId, accessRole) {
      findEntry(account, calendarId).accessRole = accessRole;
      const calendar = state.calendars.get(calendarId);
      if (calendar !== undefined) calendar.tokenGeneration += 1;
    },
    renameAccount(account, email) {
      state.accounts.delete(account.email);
      account.email = email;
      state.accounts.set(email, account);
    },
    removeCalendar(account, calendarId) {
      findEntry(account, calendarId).deleted = true;
    },
    expireAccessTokens(account) {
      for (const [token, { email }] of state.accessTokens) {
        if (account === undefined || account.email === email) state.accessTokens.delete(token);
      }
    },
  };
}
