import type { Delivery } from './delivery.ts';

/**
 * `failed`: deliveries that were attempted without success. `missing`: these, and those that were never attempted
 * because the endpoint was inactive, or because too many others waited for it.
 */
export const replayChoices = ['failed', 'missing'] as const;
export type ReplayChoice = (typeof replayChoices)[number];

/** Does a replay send this delivery again? Not one that waits for its first attempt. */
export const isReplayed = (only: ReplayChoice, { status, attempts }: Delivery): boolean =>
  status === 'skipped'
    ? only === 'missing'
    : (status === 'failed' || status === 'exhausted') && (only === 'missing' || attempts.length > 0);
