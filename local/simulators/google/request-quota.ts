import { calendarError, type GoogleError } from './google-error.ts';

const MINUTE_MS = 60_000;

/** Requests to the Calendar API in any minute: of a Google Cloud project, and of each of its users. */
export type GoogleQuota = { project: number; user: number };

/** Counts requests in sliding windows. @returns the refusal of a request that does not fit */
export function createRequestQuota(now: () => number) {
  const times = new Map<string, number[]>();
  const isFull = (name: string, most: number): boolean => {
    const recent = (times.get(name) ?? []).filter((at) => at > now() - MINUTE_MS);
    times.set(name, recent);
    return recent.length >= most;
  };
  return (project: string, user: string, quota: GoogleQuota): GoogleError | null => {
    const more = { domain: 'usageLimits' };
    const own = `${project} ${user}`;
    if (isFull(own, quota.user)) return calendarError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', more);
    if (isFull(project, quota.project)) return calendarError(403, 'rateLimitExceeded', 'Rate Limit Exceeded', more);
    for (const name of [own, project]) times.get(name)?.push(now());
    return null;
  };
}
