/** Thrown in place of a crash of the process: the last call took effect, and no later call does. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Is it a crash, or several of work side by side? */
export const isCrash = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof AggregateError && error.errors.every(isCrash));

/** A process whose calls to the outside are counted, and that crashes after the call that a test chooses. */
export function createCrashableProcess() {
  const calls: {
    made: number;
    crashAfter: number;
    /** Calls that have no answer yet. */
    open: number;
    /** What another process does right before the n-th call, from its beginning to its end. */
    interlude?: { before: number; work: () => Promise<unknown> } | undefined;
  } = { made: 0, crashAfter: Number.POSITIVE_INFINITY, open: 0 };

  const playInterlude = async (): Promise<void> => {
    const { made, crashAfter, interlude } = calls;
    if (!interlude || made + 1 < interlude.before) return;
    Object.assign(calls, { interlude: undefined, crashAfter: Number.POSITIVE_INFINITY });
    await interlude.work();
    Object.assign(calls, { made, crashAfter });
  };

  return {
    calls,
    /** Makes a call to the outside. @throws Crash when the process has crashed, or crashes after this call */
    outside: async <Result>(call: () => Promise<Result>): Promise<Result> => {
      if (calls.made >= calls.crashAfter) throw new Crash();
      calls.open += 1;
      try {
        await playInterlude();
        const result = await call();
        calls.made += 1;
        if (calls.made >= calls.crashAfter) throw new Crash();
        return result;
      } finally {
        calls.open -= 1;
      }
    },
    /** Starts the next process, once the calls that the last one made in parallel have their answers. */
    revive: async (): Promise<void> => {
      while (calls.open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      calls.crashAfter = Number.POSITIVE_INFINITY;
    },
  };
}
