import { AppError } from './app-error.ts';

/** Returned by an attempt that another writer has overtaken: it is to be made again on what stands now. */
export const lostRace = Symbol('lost race');

/**
 * Optimistic update: reads, decides and writes until no other writer comes between. The one loop for all of them.
 *
 * @param attempt reads what stands, and writes on the condition that it still does
 * @throws AppError `conflict` when every attempt lost: the API answers 409 with `Retry-After`, a queue tries again
 */
export async function retryLostRace<Result>(
  attempt: (number: number) => Promise<Result | typeof lostRace>,
  { attempts = 5 } = {},
): Promise<Result> {
  for (let number = 1; number <= attempts; number += 1) {
    const result = await attempt(number);
    if (result !== lostRace) return result;
  }
  throw new AppError('conflict', 'Too many concurrent updates. Please try again.', { retryAfterSeconds: 1 });
}
