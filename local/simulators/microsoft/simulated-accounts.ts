import { randomUUID } from 'node:crypto';
import type { CalendarState } from './calendar-state.ts';
import { requireZone } from './resolve-zone.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';
import { issueRefreshToken } from './token-endpoint.ts';

type AccountInput = { email: string } & Partial<Omit<MicrosoftAccount, 'email' | 'refreshToken'>>;

type CalendarInput = {
  /** Made up if absent: calendar ids of Graph say nothing. */
  id?: string;
  name?: string;
  /** Defaults to true for the account's first calendar. */
  isDefault?: boolean;
  /** Another user's calendar that the account may read: never the default one, and without push. */
  shared?: boolean;
};

/** Accounts and their calendars. Flags of a returned account may be changed at any time. */
export type SimulatedAccounts = {
  addAccount(account: AccountInput): MicrosoftAccount;
  /** Creates a calendar in the account's mailbox. Returns its id. */
  addCalendar(account: MicrosoftAccount, calendar?: CalendarInput): string;
  /**
   * Lets another account read a calendar, by the path of its owner's mailbox. By the path of the reader's own mailbox its
   * id answers with success and without events, as has been reported. Sharing again changes the share.
   */
  shareCalendar(calendarId: string, share: { reader: MicrosoftAccount; canEdit?: boolean; isListed?: boolean }): void;
  unshareCalendar(calendarId: string, reader: MicrosoftAccount): void;
  renameCalendar(calendarId: string, name: string): void;
  /** The calendar is gone: 404 everywhere. */
  removeCalendar(calendarId: string): void;
  /** Another zone for the mailbox, by its Windows or IANA name. Events do not move. */
  setTimeZone(account: MicrosoftAccount, timeZone: string): void;
  /** Access tokens issued so far answer 401, of one account or all. */
  expireAccessTokens(account?: MicrosoftAccount): void;
};

/** Binds accounts to a simulator's state. All accounts share one app registration unless an option names another. */
export function createSimulatedAccounts(state: SimulatorState): SimulatedAccounts {
  const find = (calendarId: string): CalendarState => {
    const calendar = state.calendars.get(calendarId);
    if (calendar === undefined) throw new Error(`No calendar ${calendarId} in the simulator.`);
    return calendar;
  };
  const unshare = (calendarId: string, { email }: MicrosoftAccount): void => {
    state.shares = state.shares.filter((one) => one.calendarId !== calendarId || one.reader !== email);
  };
  return {
    addAccount(input) {
      if (state.accounts.has(input.email)) throw new Error(`Account ${input.email} exists.`);
      const account: MicrosoftAccount = {
        mail: input.email,
        displayName: input.email.split('@')[0] ?? input.email,
        oid: randomUUID(),
        tenantId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
        refreshToken: '',
        clientId: '6731de76-14a6-49ae-97bc-6eba6914391e',
        clientSecret: 'simulated~secret',
        scopes: ['Calendars.Read', 'User.Read'],
        revoked: false,
        disabled: false,
        blockedByAdmin: false,
        needsAdminApproval: false,
        hasMailbox: true,
        // Not UTC, so that a client that forgets to ask for UTC fails.
        timeZone: 'W. Europe Standard Time',
        ...input,
      };
      requireZone(account.timeZone);
      state.accounts.set(account.email, account);
      issueRefreshToken(state, account);
      return account;
    },
    addCalendar(account, input = {}) {
      const hasDefault = [...state.calendars.values()].some((one) => one.account === account.email && one.isDefault);
      const { shared = false, isDefault = !hasDefault && !shared, name = isDefault ? 'Calendar' : 'Another' } = input;
      const id = input.id ?? `AAMkAGI2C${Buffer.from(randomUUID()).toString('base64url').slice(0, 40)}=`;
      if (state.calendars.has(id)) throw new Error(`Calendar ${id} exists.`);
      const calendar: CalendarState = {
        id,
        account: account.email,
        name,
        isDefault,
        shared,
        removed: false,
        events: new Map(),
        log: [],
        revision: 0,
        tokenGeneration: 0,
      };
      state.calendars.set(id, calendar);
      return id;
    },
    shareCalendar(calendarId, { reader, canEdit = false, isListed = true }) {
      unshare(find(calendarId).id, reader);
      state.shares.push({ calendarId, reader: reader.email, canEdit, isListed });
    },
    unshareCalendar: (calendarId, reader) => unshare(find(calendarId).id, reader),
    renameCalendar(calendarId, name) {
      find(calendarId).name = name;
    },
    removeCalendar(calendarId) {
      find(calendarId).removed = true;
    },
    setTimeZone(account, timeZone) {
      requireZone(timeZone);
      account.timeZone = timeZone;
    },
    expireAccessTokens(account) {
      const now = state.now();
      for (const grant of state.accessTokens.values()) {
        if (account === undefined || account.email === grant.email) grant.expiresMs = Math.min(grant.expiresMs, now);
      }
    },
  };
}
