import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { organizationTimingMs } from '../platform/timing.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import type { Part } from './follow-organization.ts';
import type { Following, OrganizationErrorCode } from './organization.ts';

/** The whole organization is refused: it is shown, and tried again later. Nothing is disconnected. */
export function refusedPart(
  following: Following,
  code: OrganizationErrorCode,
  { providerCode, message }: Pick<ProviderError, 'providerCode' | 'message'>,
  now: Timestamp,
): Part {
  const since = following.error?.code === code ? following.error.since : now;
  const retryAt = timestampOf(millisOf(now) + organizationTimingMs.errorRetry);
  const error = { code, provider_code: providerCode, message, since };
  return { wait: retryAt, after: { ...following, error, retry_at: retryAt } };
}

/** A failure that passes: it is tried again after a pause, which doubles each time. */
export function postponedPart(following: Following, retryAfterMs: number, now: Timestamp): Part {
  const pause = Math.max(retryAfterMs, pauseAfter(following.failures));
  const retryAt = timestampOf(millisOf(now) + pause);
  return { wait: retryAt, after: { ...following, failures: following.failures + 1, retry_at: retryAt } };
}

/** @param failures before this one @returns milliseconds */
export const pauseAfter = (failures: number): number =>
  Math.min(organizationTimingMs.firstRetry * 2 ** Math.min(failures, 20), organizationTimingMs.longestRetry);

/** What worked ends an error. */
export const succeeded = (following: Following): Following => ({
  ...following,
  error: null,
  retry_at: null,
  failures: 0,
});
