import type { AuthorizationCodes } from '../authorization-codes.ts';
import type { FaultRule } from '../fault-rules.ts';
import type { OAuthClients } from '../oauth-clients.ts';
import type { OpaqueTokens } from '../opaque-tokens.ts';
import type { RequestLog } from '../request-log.ts';
import type { CalendarState } from './calendar-state.ts';
import type { RoundItem } from './collect-round.ts';
import type { GraphQuota } from './request-quota.ts';
import type { MicrosoftRequestKind } from './route-request.ts';

/** One Microsoft account with one grant to one app registration. The flags may be flipped at any time. */
export type MicrosoftAccount = {
  /** The userPrincipalName. */
  email: string;
  /** Null on some personal accounts. */
  mail: string | null;
  /** An address that an administrator has written into the directory, and which the mailbox does not have: id tokens claim it. */
  claimedEmail?: string;
  displayName: string;
  /** Object id of the user in the tenant. */
  oid: string;
  /** 9188040d-6c67-4c5b-b112-36a304b66dad for personal accounts. */
  tenantId: string;
  /** The newest refresh token; every refresh moves it. */
  refreshToken: string;
  clientId: string;
  clientSecret: string;
  /** What the user consented to. Asking for more answers AADSTS65001. */
  scopes: string[];
  /** The grant was revoked: refresh answers AADSTS50173, access tokens answer 401. */
  revoked: boolean;
  /** The account is disabled (AADSTS50057). */
  disabled: boolean;
  /** Conditional Access keeps the app out (AADSTS53003). */
  blockedByAdmin: boolean;
  /** The tenant lets only administrators consent (AADSTS90094). */
  needsAdminApproval: boolean;
  /** False: no Exchange Online mailbox, everything about it answers MailboxNotEnabledForRESTAPI. */
  hasMailbox: boolean;
  /** The mailbox's zone, usually by its Windows name; times come in it unless a request prefers another. */
  timeZone: string;
};

/** A calendar that its owner shares with another account of the simulator. */
type CalendarShare = {
  calendarId: string;
  /** Address of the account that may read it. */
  reader: string;
  canEdit: boolean;
  /** Does the list of the reader's own calendars have it? */
  isListed: boolean;
};

/** An app registration with application permissions, to which the administrator of a tenant has consented. */
export type MicrosoftApplication = {
  clientId: string;
  clientSecret: string;
  tenantId: string;
  /** May change at any time; a token keeps those it was issued with. */
  permissions: string[];
  /** Addresses of the mailboxes that a policy of the tenant limits the app to; undefined: all. */
  mailboxes: string[] | undefined;
  /** The administrator has disabled the app. */
  isBlocked: boolean;
};

/** Behaviours that last until they are switched off again; single failures are fault rules. */
export type SimulatorSwitches = {
  /** Most items on any page, also when a request prefers more. */
  pageSize: number;
  /** Drop change notifications, all or with this probability. */
  loseNotifications: boolean | number;
  /** Send each notification this many times more. */
  duplicateNotifications: number;
  /** Follow each notification by this many `updated` ones. */
  extraUpdates: number;
  delayNotificationsMs: number;
  /** Most notifications in one POST; those of the same moment and address share one. */
  notificationBatchSize: number;
  /** Notifications carry another client state than the subscription. */
  wrongClientState: boolean;
  /** Every page of items is preceded by this many pages without items but with a nextLink. */
  emptyPages: number;
  /** Pages cut through series. */
  splitSeries: boolean;
  /** A series delivered for the first time comes without its master, which must be fetched. */
  absentMasters: boolean;
  /** `/instances` leaves out the exceptions (microsoft-graph-docs issue 15611). */
  instancesWithoutExceptions: boolean;
  /** Some items come twice in a round. */
  duplicateItems: boolean;
  /** Items of a round come in any order. */
  shuffleItems: boolean;
  /** How a delta link that is no longer known is refused. */
  expiredSyncState: { status: 400 | 404 | 410; code: string; location: boolean };
  /** How long a refresh token works on after it was exchanged for a new one. */
  refreshTokenGraceMs: number;
  /** Longest life of a subscription, also when a request asks for more. */
  shortSubscriptionMs: number | undefined;
  /** A second subscription to the same resource and address answers 409. */
  refuseDuplicates: boolean;
  /** What the fifth concurrent request to a mailbox gets. */
  concurrencyStatus: 429 | 503;
  /** Requests beyond which Graph refuses an app, besides those of a mailbox at a time. */
  quota: GraphQuota | undefined;
};

/** A frozen round or view from which pages are cut, so that changes between two pages neither shift nor lose anything. */
export type RoundSnapshot = { items: RoundItem[]; deltaToken: string };

export type SimulatorState = {
  accounts: Map<string, MicrosoftAccount>;
  applications: MicrosoftApplication[];
  /** By id. */
  groups: Map<string, { tenantId: string; members: string[] }>;
  applicationTokens: Map<string, { application: MicrosoftApplication; permissions: string[]; expiresMs: number }>;
  calendars: Map<string, CalendarState>;
  shares: CalendarShare[];
  accessTokens: Map<string, { email: string; expiresMs: number; scopes: string[] }>;
  /** Every refresh token ever issued; `supersededMs` is when it was first exchanged. */
  refreshTokens: Map<string, { email: string; issuedMs: number; supersededMs: number | undefined }>;
  clients: OAuthClients;
  codes: AuthorizationCodes;
  switches: SimulatorSwitches;
  faults: FaultRule<MicrosoftRequestKind>[];
  requests: RequestLog<MicrosoftRequestKind>;
  snapshots: Map<string, RoundSnapshot>;
  tokens: OpaqueTokens;
  now: () => number;
  random: () => number;
};
