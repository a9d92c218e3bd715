import { batchTimingMs } from './timing.ts';

/** A part of a batch request that the service did not take, although the request succeeded. */
export interface Refused<Part> {
  part: Part;
  code: string;
  /** False for a part that the service will never take. */
  mayRepeat: boolean;
}

/** Requests for one batch. With the pauses between them a second at most. */
export const mostRequests = 5;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits before a batch is sent again, longer each time. @param requests made so far, ≥ 1 */
export const pauseBeforeRepeat = (requests: number): Promise<void> =>
  wait(
    Math.min(batchTimingMs.firstPause * 2 ** (requests - 1), batchTimingMs.longestPause) * (0.5 + Math.random() / 2),
  );

/**
 * Sends a batch, and again those of its parts that were not taken, with growing pauses.
 *
 * @param request sends some parts, and returns those that were not taken @throws what `request` throws
 * @returns what was not taken in the end
 */
export async function repeatRefused<Part>(
  parts: readonly Part[],
  request: (parts: readonly Part[]) => Promise<Refused<Part>[]>,
): Promise<Refused<Part>[]> {
  let refused = await request(parts);
  const lost = refused.filter(({ mayRepeat }) => !mayRepeat);
  for (let requests = 1; requests < mostRequests; requests += 1) {
    const again = refused.filter(({ mayRepeat }) => mayRepeat);
    if (again.length === 0) return lost;
    await pauseBeforeRepeat(requests);
    refused = await request(again.map(({ part }) => part));
    lost.push(...refused.filter(({ mayRepeat }) => !mayRepeat));
  }
  return [...lost, ...refused.filter(({ mayRepeat }) => mayRepeat)];
}
