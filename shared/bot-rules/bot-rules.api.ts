import { mostRows, readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Table } from '../store/table.ts';
import { applyBotRules } from './apply-bot-rules.ts';
import { showBotDecision, showExplainedDecision } from './bot-decision.api.ts';
import type { botRuleRoutes } from './bot-rule-routes.api.ts';
import { showBotRules } from './bot-rules-fields.api.ts';
import { readBotRules } from './bot-rules-store.ts';
import { findBotDecision } from './find-bot-decision.ts';
import { listBotDecisions } from './list-bot-decisions.ts';
import { parseBotRules } from './parse-bot-rules.api.ts';
import type { RuleQueue } from './rule-queue.ts';

export interface BotRuleOperationsDeps {
  table: Table;
  ruleQueue: Pick<RuleQueue, 'send'>;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
  signingSecret: string;
}

/** The rules that give events a bot automatically, and their decisions (docs/bot-rules.md). */
export function createBotRuleOperations(deps: BotRuleOperationsDeps): Operations<typeof botRuleRoutes> {
  const { table, clock, signingSecret } = deps;
  return {
    getBotRules: async ({ projectId }) => ({ status: 200, body: showBotRules(await readBotRules(table, projectId)) }),
    putBotRules: async (request) => {
      const rules = { ...parseBotRules(request.body()), updated_at: clock.stamp() };
      await applyBotRules(deps, request.projectId, rules);
      return { status: 200, body: showBotRules(rules) };
    },
    listBotDecisions: async (request) => {
      const limit = readLimit(request.query, mostRows);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['bot_decisions']) },
        (cursor) => listBotDecisions(deps, request.projectId, cursor, limit),
        showBotDecision,
      );
    },
    getBotDecision: async ({ projectId, params }) => {
      const decision = await findBotDecision(deps, projectId, params.id ?? '');
      if (!decision) throw new AppError('not_found', 'Calendar event not found');
      return { status: 200, body: showExplainedDecision(decision) };
    },
  };
}
