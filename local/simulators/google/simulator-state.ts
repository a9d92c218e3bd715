import type { AuthorizationCodes } from '../authorization-codes.ts';
import type { FaultRule } from '../fault-rules.ts';
import type { OAuthClients } from '../oauth-clients.ts';
import type { OpaqueTokens } from '../opaque-tokens.ts';
import type { RequestLog } from '../request-log.ts';
import type { CalendarState } from './calendar-state.ts';
import type { AccessRole } from './present-event.ts';
import type { GoogleQuota } from './request-quota.ts';
import type { GoogleRequestKind } from './route-request.ts';

/** A calendar as one account sees it in its calendarList. */
export type CalendarEntry = {
  calendarId: string;
  primary: boolean;
  accessRole: AccessRole;
  hidden: boolean;
  deleted: boolean;
  revision: number;
};

/** One Google account with one grant to one OAuth client. The flags may be flipped at any time. */
export type GoogleAccount = {
  email: string;
  /** The account's id, which never changes. */
  sub: string;
  refreshToken: string;
  clientId: string;
  clientSecret: string;
  /** What the user granted; a shorter list than the client asked for is a scope downgrade. */
  scopes: string[];
  /** The user revoked the grant: refresh answers invalid_grant, access tokens answer 401. */
  revoked: boolean;
  /** The account is disabled or deleted. */
  disabled: boolean;
  /** The Workspace administrator blocks the app: refresh answers admin_policy_enforced. */
  blockedByAdmin: boolean;
  /** Id of the user in the directory of its organization. */
  directoryId: string;
  /** False: the calendar service is switched off for the user, everything answers notACalendarUser. */
  hasCalendar: boolean;
  calendars: Map<string, CalendarEntry>;
  listRevision: number;
};

/** A Workspace customer, with the service account to which its administrator has delegated scopes. */
export type GoogleOrganization = {
  domain: string;
  /** The Google Cloud project of the service account, whose quota counts. */
  projectId: string;
  clientEmail: string;
  clientId: string;
  /** Public keys (PEM) by their ids. A key that is deleted signs no longer. */
  keys: Map<string, string>;
  /** What is delegated; may change at any time. */
  delegatedScopes: string[];
  admins: string[];
  /** Addresses of members by the address of the group. */
  groups: Map<string, string[]>;
};

/** Behaviours that last until they are switched off again; single failures are fault rules. */
export type SimulatorSwitches = {
  /** Most items on any page, also when `maxResults` is larger. */
  pageSize: number;
  /** Drop `exists` notifications, all or with this probability. */
  loseNotifications: boolean | number;
  /** Send each notification this many times more. */
  duplicateNotifications: number;
  delayNotificationsMs: number;
  /** Notifications go on for this long after `channels/stop` (nodejs client issue 1402). */
  notifyAfterStopMs: number;
  /** Every page of items is preceded by this many pages without items but with `nextPageToken`. */
  emptyPages: number;
  /** Longest life of a channel, also when a request asks for more. */
  shortChannelTtlMs: number | undefined;
  /** Cancelled events carry their fields instead of `{id, status}` alone. */
  fullTombstones: boolean;
  /** 410s of expired sync tokens come without a reason. */
  goneWithoutReason: boolean;
  /** Requests a minute beyond which calls of the Calendar API are refused. */
  quota: GoogleQuota | undefined;
};

/** A frozen listing from which pages are cut, so that changes between two pages neither shift nor lose anything. */
export type ListingSnapshot = { items: unknown[]; nextSyncToken: string | undefined };

export type SimulatorState = {
  accounts: Map<string, GoogleAccount>;
  organizations: GoogleOrganization[];
  calendars: Map<string, CalendarState>;
  /** `delegated`: by a service account, in the user's name. */
  accessTokens: Map<
    string,
    { email: string; expiresMs: number; delegated?: { scopes: string[]; organization: GoogleOrganization } }
  >;
  clients: OAuthClients;
  codes: AuthorizationCodes;
  switches: SimulatorSwitches;
  faults: FaultRule<GoogleRequestKind>[];
  requests: RequestLog<GoogleRequestKind>;
  snapshots: Map<string, ListingSnapshot>;
  tokens: OpaqueTokens;
  now: () => number;
  random: () => number;
};
