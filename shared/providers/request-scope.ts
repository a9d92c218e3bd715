import { AsyncLocalStorage } from 'node:async_hooks';

/** Requests made so far on behalf of one run. */
export interface RequestCount {
  requests: number;
}

const scopes = new AsyncLocalStorage<{ count?: RequestCount | undefined; signal?: AbortSignal }>();

/** Counts every request to a provider that `work` makes, at any depth. */
export const countRequests = <Result>(count: RequestCount, work: () => Promise<Result>): Promise<Result> =>
  scopes.run({ count }, work);

/** Aborts every request that `work` makes, at any depth, when the time is over. Later ones are not made. */
export async function requestsWithin<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(0, ms));
  try {
    return await scopes.run({ count: scopes.getStore()?.count, signal: over.signal }, work);
  } finally {
    clearTimeout(timer);
    // What `work` has left running makes no further request.
    over.abort();
  }
}

/** Called for each request as it is made. */
export function noteRequest(): void {
  const count = scopes.getStore()?.count;
  if (count) count.requests += 1;
}

/** Aborted when no further request may be made. */
export const requestSignal = (): AbortSignal | undefined => scopes.getStore()?.signal;

/** Is there no time left for further requests? */
export const isOutOfTime = (): boolean => requestSignal()?.aborted ?? false;
