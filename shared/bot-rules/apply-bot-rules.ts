import { ruleTimingMs } from '../platform/bot-timing.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { BotRules } from './bot-rules.ts';
import { putBotRules } from './bot-rules-store.ts';
import type { RuleQueue } from './rule-queue.ts';

/**
 * Replaces a project's rules, and has all events ahead decided by them. The message is sent twice: before the rules are
 * stored, with a delay, so that a crash in between loses nothing; and again afterwards, so that they are applied at once.
 */
export async function applyBotRules(
  { table, ruleQueue, logger }: { table: Table; ruleQueue: Pick<RuleQueue, 'send'>; logger: Pick<Logger, 'error'> },
  projectId: string,
  rules: BotRules & { updated_at: Timestamp },
): Promise<void> {
  const message = { kind: 'project' as const, project_id: projectId, rules_at: rules.updated_at };
  await ruleQueue.send([message], ruleTimingMs.messageBeforeWrite / 1000);
  await putBotRules(table, projectId, rules);
  await ruleQueue.send([message]).catch((error: Error) => logger.error('rules not applied at once', { error }));
}
