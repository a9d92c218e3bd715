import { projectTimingMs } from '../platform/timing.ts';

/** What a project has used of a limit in its present minute. The minute begins with the first payment after the last one. */
export interface RateWindow {
  startedAt: number;
  used: number;
}

export const isRunning = ({ startedAt }: RateWindow, now: number): boolean =>
  startedAt > now - projectTimingMs.rateWindow;

/** Whole seconds until the window ends, at least one. */
export const secondsLeft = ({ startedAt }: RateWindow, now: number): number =>
  Math.max(1, Math.ceil((startedAt + projectTimingMs.rateWindow - now) / 1000));

/**
 * Units that a process may use before it pays for them: a 600th of the limit, that is the use of a tenth of a second, and 50 at most. So
 * a project that makes few requests costs no write, and a busy one a write for 5 POSTs or 50 GETs.
 */
export const creditOf = (limit: number): number => Math.min(50, Math.floor(limit / 600));
