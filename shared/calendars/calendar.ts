import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { sealedText } from '../platform/sealed.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';
import type { SyncLogEntry } from '../sync/sync-log-entry.ts';

export const platforms = ['google', 'microsoft'] as const;
export type Platform = (typeof platforms)[number];

/** Why access was lost: the closed list of docs/api-compatibility.md#freshness-health-and-the-change-feed. */
export const failureCodes = [
  'authorization_revoked',
  'consent_missing',
  'account_disabled',
  'admin_blocked',
  'mailbox_unavailable',
  'calendar_not_found',
] as const;
export type FailureCode = (typeof failureCodes)[number];

const connectionFailureSchema = z.object({
  /** `<Google|Microsoft> Authentication error: …` (docs/api-compatibility.md#what-is-synchronized). */
  error: z.string(),
  timestamp: storedTimestamp,
  code: z.enum(failureCodes),
  provider_code: z.string(),
  /** How a person can repair it. */
  action: z.string(),
});
export type ConnectionFailure = z.output<typeof connectionFailureSchema>;

const windowSchema = z.object({ past_days: z.number().optional(), future_days: z.number().optional() });
export type CalendarWindow = z.output<typeof windowSchema>;

/** A calendar as its row has it. The API writes it; the sync writes it only when the connection changes. */
export const calendarSchema = z.object({
  id: idOf('cal'),
  project_id: z.string(),
  platform: z.enum(platforms),
  client_id: z.string(),
  platform_uuid: z.string().nullable(),
  state: z.enum(['connected', 'disconnected']),
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  deduplication_key: z.string().nullable(),
  connection_failure_data: jsonText(connectionFailureSchema).nullable(),
  /** Which events are synchronized, in days around the present; null is the window of the deployment. */
  sync_window: jsonText(windowSchema).nullable(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
  client_secret: sealedText,
  refresh_token: sealedText,
  /** Set once the calendar is deleted and waits for its purge. */
  deleted_at: storedTimestamp.optional(),
});
export type Calendar = z.output<typeof calendarSchema>;

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
  /** The provider's word for why no channel could be opened or prolonged, how often in a row, and when to ask again. */
  channel_failure?: { code: string; count: number; retry_at: Timestamp } | undefined;
  /** Since when changes are found that nobody pushed: the calendar is polled, whatever its channel promises. */
  push_failing_since?: Timestamp | undefined;
  /** Name of the channel stopped last: what it still says means nothing. */
  stopped_channel?: string | undefined;
  /** When the last notification of the present channel was received. */
  last_notification_at?: Timestamp | undefined;
  /** Between the last change at the provider and its commit, in milliseconds. */
  last_change_lag_ms?: number | undefined;
  /** How often in a row the provider has refused the authorization; a first refusal is not believed. */
  refusals?: number | undefined;
  last_attempted_sync_at?: Timestamp | undefined;
  last_successful_sync_at?: Timestamp | undefined;
  /** When the last successful sync began to read: whatever was sent before has been served by it. */
  last_served_at?: Timestamp | undefined;
  last_listed_at?: Timestamp | undefined;
  /** What the last listing was of: the window's days, and how far ahead it looked. */
  listed_window?: string | undefined;
  listed_until?: Timestamp | undefined;
  /** When the window reaches the next event that is already known. */
  reveal_at?: Timestamp | undefined;
  /** The latest runs, oldest first, until they move to rows of their own. */
  runs?: SyncLogEntry[] | undefined;
  /** `updated_at` last given to an event of this calendar. */
  last_change_at?: Timestamp | undefined;
  /** Until then neither pushes nor timers may call the provider. */
  not_before?: Timestamp | undefined;
  /**
   * What a change of the connection still asks for its bots: to remove or to restore them. `parked`: some may wait for a
   * reconnect.
   */
  bot_work?: 'remove' | 'parked' | 'restore' | undefined;
  /** When the calendar wants to be looked at without anyone asking. */
  due_at?: Timestamp | undefined;
}
