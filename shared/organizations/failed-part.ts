import { organizationTimingMs } from '../platform/account-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import type { Part } from './follow-part.ts';
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
const succeeded = (following: Following): Following => ({
  ...following,
  error: null,
  retry_at: null,
  failures: 0,
});

const directoryCodes = new Set<OrganizationErrorCode | undefined>(['directory_refused', 'group_not_found']);

/** The directory can be read. Another error stays until a calendar can be read as well. */
export function directoryRead(following: Following): Following {
  const { error, progress } = following;
  const isOver = directoryCodes.has(error?.code) || progress.connected > 0 || progress.discovered === 0;
  return { ...succeeded(following), error: isOver ? null : error };
}

/** Calendars can be read. An error of the directory stays until it can be read as well. */
export function calendarsReached(following: Following): Following {
  const { error } = following;
  return { ...succeeded(following), error: directoryCodes.has(error?.code) ? error : null };
}
