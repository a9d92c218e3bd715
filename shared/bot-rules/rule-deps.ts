import type { BotDeps } from '../bots/bot-deps.ts';
import type { RuleQueue } from './rule-queue.ts';

/** What every action needs that creates and removes bots by rules. */
export interface RuleDeps extends BotDeps {
  ruleQueue: Pick<RuleQueue, 'send'>;
  /** Meeting claims are kept for so many days after their meetings. */
  retentionDays: number;
}
