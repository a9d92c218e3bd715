import type { Logger } from '@aws-lambda-powertools/logger';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { BotRules } from './bot-rules.ts';
import { putBotRules } from './bot-rules-store.ts';
import { safelyLaterSeconds } from './rule-deps.ts';
import type { RuleQueue } from './rule-queue.ts';

/**
 * Replaces a project's rules, and has all that lies ahead decided by them. It is asked for twice: at once, for speed, and
 * before that, held back until the rules are stored in any case, so that a crash between the two loses nothing.
 */
export async function applyBotRules(
  { table, ruleQueue, logger }: { table: Table; ruleQueue: Pick<RuleQueue, 'send'>; logger: Pick<Logger, 'error'> },
  projectId: string,
  rules: BotRules & { updated_at: Timestamp },
): Promise<void> {
  const message = { kind: 'project' as const, project_id: projectId, rules_at: rules.updated_at };
  await ruleQueue.send([message], safelyLaterSeconds);
  await putBotRules(table, projectId, rules);
  await ruleQueue.send([message]).catch((error: Error) => logger.error('rules not applied at once', { error }));
}
