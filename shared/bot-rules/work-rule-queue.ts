import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../platform/create-logger.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import { handleRuleMessage } from './handle-rule-message.ts';
import type { RuleDeps } from './rule-deps.ts';
import { parseRuleMessage, type RuleQueue } from './rule-queue.ts';

export interface DecideBotsDeps extends RuleDeps {
  ruleQueue: RuleQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Handles the rule queue. Failed messages are tried again, and end in the dead-letter queue. */
export const createDecideBots =
  (deps: DecideBotsDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        parse: parseRuleMessage,
        work: async (message, attempt) => {
          if (message === 'nothing') return;
          await handleRuleMessage(deps, message, { attempt, remainingMs: () => context.getRemainingTimeInMillis() });
        },
        postpone: deps.ruleQueue.postpone,
        remainingMs: () => context.getRemainingTimeInMillis(),
        logger: deps.logger,
      },
      event,
    );
  };
