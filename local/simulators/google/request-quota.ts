import { createSlidingWindow } from '../sliding-window.ts';
import { calendarError, type GoogleError } from './google-error.ts';

const MINUTE_MS = 60_000;

/** Requests to the Calendar API in any minute: of a Google Cloud project, and of each of its users. */
export type GoogleQuota = { project: number; user: number };

/** Counts requests in sliding windows. @returns the refusal of a request that does not fit */
export function createRequestQuota(now: () => number) {
  const minute = createSlidingWindow(now, MINUTE_MS);
  return (project: string, user: string, quota: GoogleQuota): GoogleError | null => {
    const more = { domain: 'usageLimits' };
    const own = `${project} ${user}`;
    if (minute.isFull(own, quota.user)) {
      return calendarError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', more);
    }
    if (minute.isFull(project, quota.project)) {
      return calendarError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', more);
    }
    for (const name of [own, project]) minute.add(name);
    return null;
  };
}
