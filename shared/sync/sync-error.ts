import * as z from 'zod';
import { failureCodes } from '../calendars/calendar.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { ReadingState } from './reading-state.ts';

/** Why a connected calendar is not synced: the closed list of docs/api-compatibility.md#freshness-health-and-the-change-feed. */
export const syncErrorCodes = [
  /** The OAuth client or its secret is wrong, expired or disabled. */
  'client_refused',
  /** The operator's project may not use the provider's API. */
  'api_not_enabled',
  'quota',
  'provider_unavailable',
  'provider_slow',
  'answer_unreadable',
  /** 401, 403 or 404 that is not believed yet, or never will be. */
  'refused',
  /** The provider's changes cannot be read; the calendar is kept by plain listings. */
  'delta_unavailable',
  'unexpected',
] as const;
export type SyncErrorCode = (typeof syncErrorCodes)[number];

/** A loss of access that is not believed yet. */
const lossSchema = z.object({
  /** `said`: in the provider's known words. `silent`: nothing but 401, or 404 on everything. `tenant`: by the tenant. */
  kind: z.enum(['said', 'silent', 'tenant']),
  code: z.enum(failureCodes),
  since: storedTimestamp,
  /** How often it was met in a row. */
  looks: z.number(),
});
export type Loss = z.output<typeof lossSchema>;

/** The failed runs of a calendar since its last success. */
export const failingSchema = z.object({
  since: storedTimestamp,
  /** Failed runs in a row. */
  looks: z.number(),
  code: z.enum(syncErrorCodes),
  provider_code: z.string(),
  message: z.string(),
  next_try_at: storedTimestamp,
  /** `calendar.sync_failing` was sent. */
  announced: z.boolean(),
  loss: lossSchema.optional(),
});
export type Failing = z.output<typeof failingSchema>;

/** What cures each error, for `sync_error.action`. */
export const cures: Record<SyncErrorCode, string> = {
  client_refused:
    'Correct the OAuth client at the provider, or PATCH the calendar with the right client_secret. A wrong client_id needs a new calendar.',
  api_not_enabled:
    'Enable the calendar API, with its billing and quota, in the project that the OAuth client belongs to.',
  quota: 'Nothing to do for a short time; ask the provider for a higher quota if it lasts.',
  provider_unavailable: "Nothing to do: the calendar is tried again. See the provider's status page if it lasts.",
  provider_slow: "Nothing to do: the calendar is tried again. See the provider's status page if it lasts.",
  answer_unreadable:
    'Nothing to do for a short time; look for a proxy or firewall between Kalends and the provider if it lasts.',
  refused:
    'Nothing to do for a short time: the refusal is being confirmed. If it lasts, check the rights of the user and of the application.',
  delta_unavailable: 'Nothing to do: the calendar is kept up to date by listings, with more delay.',
  unexpected: 'Report the provider code to the maintainers of Kalends with the log of the sync function.',
};

/** Errors that are shown from their first occurrence. Others pass within minutes as a rule. */
const shownAtOnce = new Set<SyncErrorCode>(['client_refused', 'api_not_enabled', 'refused']);

/** `sync_error` (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export interface SyncError {
  code: SyncErrorCode;
  provider_code: string;
  message: string;
  action: string;
  since: Timestamp;
  next_try_at: Timestamp;
}

export const describeFailing = ({ code, provider_code, message, since, next_try_at }: Failing): SyncError => ({
  code,
  provider_code,
  message,
  action: cures[code],
  since,
  next_try_at,
});

const hasLasted = (since: Timestamp, now: number): boolean => now - millisOf(since) >= syncTimingMs.failingPatience;

/** Is the failure to be shown: because of its kind, because it was announced, or because it has lasted? */
const isShown = ({ code, announced, since }: Failing, now: number): boolean =>
  shownAtOnce.has(code) || announced || hasLasted(since, now);

/**
 * Why a calendar is not synced as it should be; null when it is, or when its access is lost.
 *
 * @param now milliseconds since the epoch
 */
export function syncErrorOf(
  { state }: { state: 'connected' | 'disconnected' },
  { failing, reading }: { failing?: Failing | undefined; reading?: Pick<ReadingState, 'delta_unavailable'> },
  now: number,
): SyncError | null {
  if (state === 'disconnected') return null;
  if (failing && isShown(failing, now)) return describeFailing(failing);
  const { delta_unavailable: plain } = reading ?? {};
  if (!plain || !hasLasted(plain.since, now)) return null;
  const code = 'delta_unavailable';
  return { code, ...plain, message: 'The provider reports no changes.', action: cures[code] };
}
