import { afterAll, beforeAll } from 'vitest';

/**
 * Starts something before the tests of the file (or `describe` block) and ends it after them.
 *
 * @returns an object that has the members of what was started from the first test or later `beforeAll` on
 */
export function useStarted<Started extends object>(
  start: () => Promise<Started>,
  end: (started: Started) => Promise<unknown>,
): Started {
  const members = {} as Started;
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start();
    Object.assign(members, started);
  });
  afterAll(() => started && end(started));
  return members;
}
