import { AppError } from './app-error.ts';

/** The result of an attempt that another writer has overtaken. The attempt is made again with the present row. */
export const lostRace = Symbol('lost race');

/**
 * Optimistic update, the one loop for all of them: reads, decides and writes until no other writer comes in between.
 *
 * @param attempt reads a row, and writes on the condition that the row is unchanged
 * @throws AppError `conflict` when every attempt lost: the API answers 409 with `Retry-After`, a queue delivers again
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
