import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { RuleDeps } from '../../shared/actions/bot-rules/rule-deps.ts';
import { workRuleMessage } from '../../shared/actions/bot-rules/work-rule-message.ts';
import { parseRuleMessage, type RuleQueue } from '../../shared/messaging/rule-queue.ts';
import { workRecords } from '../../shared/platform/queue/work-records.ts';

export interface DecideBotsDeps extends RuleDeps {
  ruleQueue: RuleQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the rule queue; what failed is tried again, in the end by nobody but a person. */
export const createDecideBots =
  (deps: DecideBotsDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        parse: parseRuleMessage,
        work: async (message, attempt) => {
          if (message === 'nothing') return;
          await workRuleMessage(deps, message, { attempt, remainingMs: () => context.getRemainingTimeInMillis() });
        },
        postpone: deps.ruleQueue.postpone,
        logger: deps.logger,
      },
      event,
    );
  };
