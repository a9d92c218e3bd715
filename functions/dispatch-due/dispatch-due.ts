import type { Context } from 'aws-lambda';
import { type DispatchDeps, dispatchTimers } from '../../shared/timers/dispatch-timers.ts';

/** Runs every minute. */
export const createDispatchDue =
  (deps: DispatchDeps) =>
  async (_event: unknown, context: Context): Promise<{ dispatched: number }> => ({
    dispatched: await dispatchTimers(deps, () => context.getRemainingTimeInMillis()),
  });
