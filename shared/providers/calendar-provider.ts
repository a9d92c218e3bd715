import type { CalendarAddress } from '../calendars/calendar.ts';
import type { ProviderChange } from '../events/calendar-event.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { OpenedChannel } from '../sync/sync-state.ts';
import type { TimeSpan } from '../sync/sync-window.ts';
import type { DirectoryPage, DirectoryRequest, OrganizationAccess, OrganizationCredentials } from './directory.ts';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  /** Tenant of the OAuth client at Microsoft; absent or null is that of the deployment. */
  tenant?: string | null | undefined;
}

export interface AccessToken {
  token: string;
  expiresAt: Timestamp;
  /** The next refresh token, where the provider rotates them. It must be stored before the access token is used. */
  refreshToken?: string;
}

/** A push channel to be opened. */
export interface ChannelRequest {
  calendar: CalendarAddress;
  /** `<calendar id>-<16 characters>`, chosen by us. */
  channelId: string;
  /** Proves that a push belongs to this channel. */
  secret: string;
  address: string;
}

/** What is read: with a sync token the changes since it, otherwise all events of the span. */
export interface ReadRequest {
  calendar: CalendarAddress;
  syncToken: string | null;
  span: TimeSpan;
  /** A listing that is read without change tracking, where that fails for good. It ends without a sync token. */
  isPlain: boolean;
}

/** An item as the provider delivers it. */
export type ProviderItem = Record<string, unknown> & { id: string };

export interface PageRequest extends ReadRequest {
  /** Link to the page; null for the first one. */
  link: string | null;
  pageSize: number;
  /** Requests only what identifies the items of the page: the last resort for an item that is too large. */
  isSlim: boolean;
}

export interface ChangePage {
  items: ProviderItem[];
  /** Ids of items that were not read because they are too large. */
  tooLarge: string[];
  /** Items without an id. */
  skipped: number;
  /** Link to the next page. */
  next: string | null;
  /** Sync token of the next delta. Only the last page has it. */
  syncToken: string | null;
  /** Zone of the calendar, at whose midnight all-day events begin; null when the page does not name it. */
  timeZone: string | null;
  bytes: number;
}

/** All items of a delta or listing, and the series that could not be read the last time. */
export interface ReadItems {
  items: ProviderItem[];
  timeZone: string;
  /** Ids of series that are to be read again. */
  again: string[];
}

export interface ReadChanges {
  changes: ProviderChange[];
  /** IANA zone of the calendar, in which its all-day events were read. */
  timeZone: string;
  /** Events that could not be read. */
  skipped: number;
  /** Ids of series that could not be read. What is stored of them stays. */
  skippedSeries: string[];
  /** Was a reading of something else than an event refused, so that only another listing completes it? */
  isIncomplete: boolean;
}

/** An event whose deletion has no positive word of the provider yet. */
export interface LookUp {
  platform_uuid: string;
  /** Id of its series. */
  series: string | null;
  /**
   * `event`: it left a view while its series is known to exist, so its own look-up decides. `series`: it left together
   * with its series, or with the view of a whole window; a deleted series decides. `suspect`: its series may be deleted;
   * when the series exists, the event does, too.
   */
  doubt: 'event' | 'series' | 'suspect';
}

export interface LookUpRequest {
  calendar: CalendarAddress;
  /** Everything that was changed before it is known; null when that is not known. */
  since: Timestamp | null;
  timeZone: string;
  wanted: LookUp[];
}

/** The changes of one delta or listing, all pages together. */
export interface ChangeSet extends ReadChanges {
  kind: 'listing' | 'delta';
  /** Sync token of the next delta. Null: the next run lists the window as well. */
  syncToken: string | null;
}

/**
 * What the calendar list says of a calendar. `unclear`: nothing. Only a list that was read to its end, and has other
 * calendars, says that one is `absent`, and never of the account's own calendar, which cannot be deleted.
 */
export type Listed = 'listed' | 'absent' | 'unclear';

/** What an account may do with a calendar, in one list for both providers. `free_busy`: it sees only when there are events. */
export const accessRoles = ['owner', 'writer', 'reader', 'free_busy', 'unknown'] as const;
export type AccessRole = (typeof accessRoles)[number];

/** A calendar in the list of an account; null is what the list does not say. */
export interface ProviderCalendar {
  platform_uuid: string;
  /** The mailbox by whose path it is read: of a calendar that lies in another mailbox than the account's own. */
  mailbox: string | null;
  name: string | null;
  is_primary: boolean;
  /** Address of the mailbox that it is of. Of Google's, the primary one says so alone. */
  owner_address: string | null;
  access_role: AccessRole;
  /** IANA zone. */
  time_zone: string | null;
}

export interface CalendarList {
  /** Each calendar once. */
  calendars: ProviderCalendar[];
  /**
   * Was the list read to its end, and could all its entries be read? Only then does it count that a calendar is not in it.
   * An empty list is never complete.
   */
  isComplete: boolean;
}

/** What an account's calendar list says of a calendar; null is what it does not say. */
export interface CalendarDescription {
  name: string | null;
  time_zone: string | null;
  /** Address of the account whose refresh token the calendar has. */
  account_email: string | null;
}
export const unknownCalendar: CalendarDescription = { name: null, time_zone: null, account_email: null };

/**
 * A calendar provider, as the sync uses it. Every call may throw `ProviderError`, whose verdict says what the failure means.
 */
export interface CalendarProvider {
  /** The first word of `connection_failure_data.error`. */
  name: 'Google' | 'Microsoft';
  /** Name of the shape of our requests. A sync token is valid for requests of one shape only. */
  syncShape: string;
  /** Fields of `raw` that change although the event is the same. */
  volatile: readonly string[];
  /** Fields of `raw` with the times of the event's creation and last change. */
  createdField: string;
  modifiedField: string;
  /** Fresh access token for the refresh token; one request. */
  authorize(credentials: Credentials): Promise<AccessToken>;
  /** Access token of an organization by its administrator's grant; one request. */
  authorizeOrganization(credentials: OrganizationCredentials, access: OrganizationAccess): Promise<AccessToken>;
  /** One page of the users of an organization; one request. */
  readDirectory(accessToken: string, request: DirectoryRequest): Promise<DirectoryPage>;
  /** Page sizes, the largest first. An answer that is too large or too slow is requested with the next one. */
  pageSizes: readonly [number, ...number[]];
  /** Has it a view without change tracking? */
  hasPlainView: boolean;
  /** One page of a delta or listing; one request. */
  fetchPage(accessToken: string, request: PageRequest): Promise<ChangePage>;
  /**
   * What the items of all pages mean. It reads what they do not contain, like the masters of series. Such a reading that
   * fails is not an error: the series counts as skipped.
   */
  readChanges(accessToken: string, request: ReadRequest, read: ReadItems): Promise<ReadChanges>;
  /**
   * Looks events up, at most a bounded number of them. What was not looked up, or could not be, is not in the answer.
   *
   * @param mayGoOn asked with all answers so far, before each further request
   */
  lookUp(
    accessToken: string,
    request: LookUpRequest,
    mayGoOn: (answers: ProviderChange[]) => boolean,
  ): Promise<ProviderChange[]>;
  /** Looks for the calendar in the account's calendar list. A 404 alone does not prove that it is deleted. */
  findInList(accessToken: string, calendar: CalendarAddress): Promise<Listed>;
  /**
   * Looks for a calendar whose reading has shown no events: a calendar of another mailbox answers so by the path of the
   * account's own one. One request, or a few where others share calendars with the account.
   *
   * @returns the address by which it is read @throws ProviderError `missing` when the account does not have it
   */
  locate(accessToken: string, calendar: CalendarAddress): Promise<CalendarAddress>;
  /** Reads the calendars of the account, or of another mailbox of Microsoft that its token can read. */
  listCalendars(accessToken: string, mailbox: string | null): Promise<CalendarList>;
  /** Reads what the account's calendar list says of the calendar. One request. */
  describe(accessToken: string, calendar: CalendarAddress): Promise<CalendarDescription>;
  /** Opens a channel. Its id is stored before the call, because its first message may arrive before the answer. */
  openChannel(accessToken: string, request: ChannelRequest): Promise<OpenedChannel>;
  /** Renews a channel; null when it does not exist any more. Without this method a successor replaces the channel. */
  renewChannel?(accessToken: string, channel: OpenedChannel): Promise<OpenedChannel | null>;
  /** Stops a channel, or does nothing when it is stopped already. */
  closeChannel(accessToken: string, channel: OpenedChannel): Promise<void>;
}
