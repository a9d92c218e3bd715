import type { Calendar, Platform } from '../calendars/calendar.ts';
import type { OAuthApp } from '../oauth-apps/oauth-app.ts';
import type { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { CalendarId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { CalendarList } from '../providers/calendar-provider.ts';
import type { ConsentProviders } from '../providers/consent/consent-provider.ts';
import type { ConsentGrant } from '../providers/consent/redeem-code.ts';
import type { Table } from '../store/table.ts';
import type { ConnectSession } from './connect-session.ts';
import type { ConnectSettings } from './connect-settings.ts';
import type { Page } from './page/page-layout.ts';

/** A calendar in the list of an account at its provider. */
export type ListedCalendar = Pick<
  CalendarList['calendars'][number],
  'platform_uuid' | 'mailbox' | 'name' | 'is_primary' | 'owner_address' | 'access_role'
>;

/** The account that a reconnect is for. */
export interface ExpectedAccount {
  platform: Platform;
  /** Null where it was not connected by this page. */
  provider_account_id: string | null;
  account_email: string | null;
  /** All its calendars. */
  calendars: Pick<Calendar, 'platform' | 'platform_uuid' | 'mailbox'>[];
}

/** What the pages need. */
export interface ConnectPageDeps {
  table: Table;
  envelope: Pick<Envelope, 'seal' | 'open'>;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Where users reach the pages, without a trailing slash. */
  publicUrl: string;
  signingSecret: string;
  consents: ConsentProviders;
  listCalendars(platform: Platform, accessToken: string): Promise<ListedCalendar[]>;
  /** @returns null when the calendar is deleted */
  expectedAccount(session: ConnectSession): Promise<ExpectedAccount | null>;
  /**
   * Stores the account with its new grant, and connects calendars of it.
   *
   * @param chosen null: the primary calendar, or those of the account that is reconnected
   * @returns the calendars that are connected, and why no further one can be
   */
  connect(
    session: ConnectSession,
    app: OAuthApp,
    granted: ConsentGrant,
    chosen: ListedCalendar[] | null,
  ): Promise<{ calendarIds: CalendarId[]; refused: AppError | null }>;
  /** Commits `calendar.connected` of the calendars, and publishes it. It may be called again after a crash. */
  announce(session: ConnectSession, calendarIds: CalendarId[]): Promise<void>;
}

/** A session with what its pages need. */
export interface OpenSession {
  session: ConnectSession;
  app: OAuthApp;
  settings: ConnectSettings;
  /** The account that a reconnect is for; null: any account. */
  expected: ExpectedAccount | null;
}

/** Proves that a browser is the one that has begun a session. */
export interface BrowserCookie {
  sessionId: string;
  secret: string;
  /** When the session ends. */
  until: Timestamp;
}

/** What a request of a browser leads to. */
export type Step =
  | { page: Page; cookie?: BrowserCookie }
  /** Another page of ours, or after a request that was no form the application's. */
  | { redirect: string };

/** Secrets of a browser by session, from its cookies. */
export type Cookies = (sessionId: string) => string | undefined;
