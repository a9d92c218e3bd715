import { createSlidingWindow } from '../sliding-window.ts';
import { type GraphError, graphError } from './graph-error.ts';

const MAILBOX_MS = 10 * 60_000;
const APPLICATION_MS = 10_000;
const RETRY_AFTER_S = 10;

/** Requests of an app to Graph: to one mailbox in any ten minutes, and in any ten seconds to all together. */
export type GraphQuota = { mailbox: number; application: number };

/** Counts requests in sliding windows. @returns the refusal of a request that does not fit */
export function createRequestQuota(now: () => number) {
  const mailboxes = createSlidingWindow(now, MAILBOX_MS);
  const applications = createSlidingWindow(now, APPLICATION_MS);
  /** @param mailbox undefined: the request reaches none */
  return (clientId: string, mailbox: string | undefined, quota: GraphQuota): GraphError | null => {
    const own = mailbox && `${clientId} ${mailbox}`;
    const isBeyond = applications.isFull(clientId, quota.application) || (own && mailboxes.isFull(own, quota.mailbox));
    if (isBeyond) {
      const headers = { 'retry-after': String(RETRY_AFTER_S) };
      return graphError(429, 'ApplicationThrottled', 'Application is over its request limit.', headers);
    }
    applications.add(clientId);
    if (own) mailboxes.add(own);
    return null;
  };
}
