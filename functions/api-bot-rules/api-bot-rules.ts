import type { Logger } from '@aws-lambda-powertools/logger';
import { applyBotRules } from '../../shared/actions/bot-rules/apply-bot-rules.ts';
import { findBotDecision } from '../../shared/actions/bot-rules/find-bot-decision.ts';
import { listBotDecisions } from '../../shared/actions/bot-rules/list-bot-decisions.ts';
import type { Operations } from '../../shared/http/create-api.ts';
import { answerList } from '../../shared/http/list-answer.ts';
import { parseBotRules } from '../../shared/http/parse-bot-rules.ts';
import { showBotDecision, showExplainedDecision } from '../../shared/http/schemas/bot-decision.ts';
import { showBotRules } from '../../shared/http/schemas/bot-rules.ts';
import type { RuleQueue } from '../../shared/messaging/rule-queue.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { readBotRules } from '../../shared/store/bot-rules-store.ts';
import type { Table } from '../../shared/store/table.ts';

export interface BotRuleOperationsDeps {
  table: Table;
  ruleQueue: Pick<RuleQueue, 'send'>;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
  signingSecret: string;
}

/** The rules by which events get a bot without anyone asking, and what they decide (docs/bot-rules.md). */
export function createBotRuleOperations(deps: BotRuleOperationsDeps) {
  const { table, clock, signingSecret } = deps;
  return {
    getBotRules: async ({ projectId }) => ({ status: 200, body: showBotRules(await readBotRules(table, projectId)) }),
    putBotRules: async (request) => {
      const rules = { ...parseBotRules(request.body()), updated_at: clock.stamp() };
      await applyBotRules(deps, request.projectId, rules);
      return { status: 200, body: showBotRules(rules) };
    },
    listBotDecisions: (request) =>
      answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['bot_decisions']) },
        (cursor) => listBotDecisions(deps, request.projectId, cursor),
        showBotDecision,
      ),
    getBotDecision: async ({ projectId, params }) => {
      const decision = await findBotDecision(deps, projectId, params.id ?? '');
      if (!decision) throw new AppError('not_found', { error: 'Calendar event not found' });
      return { status: 200, body: showExplainedDecision(decision) };
    },
  } satisfies Operations;
}
