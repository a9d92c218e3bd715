import type { Timestamp } from './timestamp.ts';

export const platforms = ['google', 'microsoft'] as const;
export type Platform = (typeof platforms)[number];

/** Why access was lost: the closed list of contract B2. */
export const failureCodes = [
  'authorization_revoked',
  'consent_missing',
  'account_disabled',
  'admin_blocked',
  'mailbox_unavailable',
  'calendar_not_found',
] as const;
export type FailureCode = (typeof failureCodes)[number];

export interface ConnectionFailure {
  /** `<Google|Microsoft> Authentication error: …` (contract A3). */
  error: string;
  timestamp: Timestamp;
  code: FailureCode;
  provider_code: string;
  /** What cures it, for a person. */
  action: string;
}

/** What the API's user owns of a calendar: written by the API, and by the sync only when the connection changes. */
export interface Calendar {
  id: string;
  project_id: string;
  platform: Platform;
  client_id: string;
  platform_uuid: string | null;
  state: 'connected' | 'disconnected';
  metadata: Record<string, string> | null;
  deduplication_key: string | null;
  connection_failure_data: ConnectionFailure | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  /** Sealed, see `shared/platform/envelope.ts`. */
  client_secret: string;
  refresh_token: string;
  /** Set once the calendar is deleted and only waits to be purged. */
  deleted_at?: Timestamp;
}

/** A push channel at the provider. Without `resource_id` it is stored but not yet known to be live. */
export interface Channel {
  id: string;
  resource_id?: string;
  expires_at?: Timestamp;
  /** When its successor is opened, well before it expires. */
  renew_at?: Timestamp;
  /** Fingerprint of the address and secret it was opened with: with others it is replaced. */
  target?: string;
}

/** What the sync engine keeps of a calendar: written by the sync alone, one sync at a time. */
export interface SyncState {
  /** Grows with every write; a write that expects another version is one of an outlived sync. */
  version: number;
  sync_token?: string | undefined;
  /** Name of the request shape the token was made with; another shape needs a new listing. */
  sync_shape?: string | undefined;
  /** IANA zone of the calendar: all-day events begin at its midnight. */
  time_zone?: string | undefined;
  /** Sealed, and a fingerprint of the refresh token it was made from: a changed one makes it worthless. */
  access_token?: string | undefined;
  access_token_source?: string | undefined;
  access_token_expires_at?: Timestamp | undefined;
  channel?: Channel | undefined;
  /** Stored before the provider is asked to open it, as its first message may come before the answer. */
  opening_channel?: Channel | undefined;
  /** The address the provider refused to push to: the calendar is polled while we have no other. */
  push_refused_for?: string | undefined;
  last_attempted_sync_at?: Timestamp | undefined;
  last_successful_sync_at?: Timestamp | undefined;
  /** When the last successful sync began to read: whatever was sent before has been served by it. */
  last_served_at?: Timestamp | undefined;
  last_listed_at?: Timestamp | undefined;
  /** `updated_at` last given to an event of this calendar. */
  last_change_at?: Timestamp | undefined;
  /** Until then neither pushes nor timers may call the provider. */
  not_before?: Timestamp | undefined;
  /** When the calendar wants to be looked at without anyone asking. */
  due_at?: Timestamp | undefined;
}
