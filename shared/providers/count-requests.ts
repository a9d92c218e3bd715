import { AsyncLocalStorage } from 'node:async_hooks';

/** Requests made so far on behalf of one run. */
export interface RequestCount {
  requests: number;
}

const counts = new AsyncLocalStorage<RequestCount>();

/** Counts every request to a provider that `work` makes, at any depth. */
export const countRequests = <Result>(count: RequestCount, work: () => Promise<Result>): Promise<Result> =>
  counts.run(count, work);

/** Called for each request as it is made. */
export function noteRequest(): void {
  const count = counts.getStore();
  if (count) count.requests += 1;
}
