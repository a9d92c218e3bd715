import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { jsonText, storedTimestamp } from '../store/stored-values.ts';

export const platforms = ['google', 'microsoft'] as const;
export type Platform = (typeof platforms)[number];

export const calendarStates = ['connected', 'disconnected'] as const;

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
  /** The OAuth app of the account, with which a user can repair it. */
  oauth_app_id: z.string().optional(),
});
export type ConnectionFailure = z.output<typeof connectionFailureSchema>;

const windowSchema = z.object({ past_days: z.number().optional(), future_days: z.number().optional() });
export type CalendarWindow = z.output<typeof windowSchema>;

/** A calendar as its row has it. The API writes it; the sync writes it only when the connection changes. */
export const calendarSchema = z.object({
  id: idOf('cal'),
  project_id: idOf('proj'),
  /** Its account has the credentials. */
  account_id: idOf('acct'),
  platform: z.enum(platforms),
  client_id: z.string(),
  platform_uuid: z.string().nullable(),
  /**
   * Mailbox by whose path the calendar is read, by address or id; null: the account's own one, or the one that `platform_uuid`
   * names. Microsoft only.
   */
  mailbox: z.string().nullable().default(null),
  state: z.enum(calendarStates),
  metadata: jsonText(z.record(z.string(), z.string())).nullable(),
  deduplication_key: z.string().nullable(),
  connection_failure_data: jsonText(connectionFailureSchema).nullable(),
  /** Which events are synchronized, in days around the present; null is the window of the deployment. */
  sync_window: jsonText(windowSchema).nullable(),
  /** What the provider says of it and its account, asked for with the first listing; undefined before that. */
  name: z.string().nullish(),
  time_zone: z.string().nullish(),
  account_email: z.string().nullish(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
  /** Set once the calendar is deleted and waits for its purge. */
  deleted_at: storedTimestamp.optional(),
});
export type Calendar = z.output<typeof calendarSchema>;

/** Where a provider has a calendar. */
export interface CalendarAddress {
  /** Null: the primary calendar of the mailbox. */
  uuid: string | null;
  /** Null: the mailbox of the account whose token is used. Google has none, there a token is of one mailbox. */
  mailbox: string | null;
}

/** The path of a calendar of another mailbox, as Graph spells it. */
const mailboxPath = /^\/?users\/(?<mailbox>[^/]+)\/calendar(?:s\/(?<uuid>.+))?$/i;

/** `platform_uuid` of Microsoft may be a path: `users/<mailbox>/calendars/<id>`, or `users/<mailbox>/calendar`. */
export function addressOf({
  platform,
  platform_uuid: id,
  mailbox,
}: Pick<Calendar, 'platform' | 'platform_uuid' | 'mailbox'>): CalendarAddress {
  const path = platform === 'microsoft' ? mailboxPath.exec(id ?? '')?.groups : undefined;
  return path?.['mailbox'] === undefined
    ? { uuid: id, mailbox }
    : { uuid: path['uuid'] ?? null, mailbox: path['mailbox'] };
}
