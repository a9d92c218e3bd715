import { shareTimingMs } from '../platform/timing.ts';

/**
 * When a message comes back whose project had no lease left. Messages that wait are spread, the more the longer they wait.
 *
 * @param deferrals how often in a row it was deferred before @param random in [0, 1)
 * @returns milliseconds
 */
export const deferralMs = (deferrals: number, random: number): number =>
  Math.min(shareTimingMs.firstDeferral * 2 ** Math.min(deferrals, 10), shareTimingMs.longestDeferral) * (0.5 + random);
