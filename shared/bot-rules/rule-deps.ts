import type { BotDeps } from '../bots/bot-deps.ts';
import type { RuleQueue } from './rule-queue.ts';

/** What whoever makes and removes bots by rules needs. */
export interface RuleDeps extends BotDeps {
  ruleQueue: Pick<RuleQueue, 'send'>;
  /** Claims on meetings are kept for so many days after them. */
  retentionDays: number;
}

/**
 * Seconds for which a message is held back that is sent before what it tells of is stored. An API function has 29: by
 * then it is stored, or never will be.
 */
export const safelyLaterSeconds = 45;
