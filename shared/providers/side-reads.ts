import { ProviderError } from './provider-error.ts';
import { isOutOfTime } from './request-scope.ts';

/** After so many failures in a row the provider is left alone until the next run. */
const failuresBelieved = 3;

/** Readings beside the delta or listing, none of which may stop it. */
export interface SideReads {
  /** @returns what `call` returns; undefined when it failed, or was left out */
  read<Result>(call: () => Promise<Result>): Promise<{ value: Result } | undefined>;
  /** Are further readings left out? */
  isOver(): boolean;
}

/**
 * @param longest most readings of a run. They also end with the run's time, with a quota, and when nothing but failures
 * comes.
 */
export function createSideReads(longest: number): SideReads {
  let made = 0;
  let failures = 0;
  const isOver = (): boolean => made >= longest || failures >= failuresBelieved || isOutOfTime();
  return {
    isOver,
    read: async (call) => {
      if (isOver()) return undefined;
      made += 1;
      try {
        const value = await call();
        failures = 0;
        return { value };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        const { kind } = error.verdict;
        if (kind === 'quota') failures = failuresBelieved;
        else if (kind === 'retry') failures += 1;
        return undefined;
      }
    },
  };
}
