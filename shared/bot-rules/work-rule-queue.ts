import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../platform/create-logger.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import { deferralMs } from '../worker-shares/deferral.ts';
import type { WorkerShare } from '../worker-shares/worker-share.ts';
import { handleRuleMessage } from './handle-rule-message.ts';
import type { RuleDeps } from './rule-deps.ts';
import { parseRuleMessage } from './rule-message.ts';
import { type RuleQueue } from './rule-queue.ts';

export interface DecideBotsDeps extends RuleDeps {
  ruleQueue: RuleQueue;
  /** The project's share of the workers that decide. */
  share: WorkerShare;
  /** In [0, 1). */
  random: () => number;
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
          const { deferrals = 0, ...own } = message;
          const isBegun = await deps.share.run({ projectId: message.project_id, isSlow: false }, async (ended) => {
            // What is long goes on in another message, which needs a lease of its project.
            const remainingMs = (): number => (ended.aborted ? 0 : context.getRemainingTimeInMillis());
            await handleRuleMessage(deps, own, { attempt, remainingMs });
            return true;
          });
          if (isBegun) return;
          const delaySeconds = Math.ceil(deferralMs(deferrals, deps.random()) / 1000);
          await deps.ruleQueue.send([{ ...own, deferrals: deferrals + 1 }], delaySeconds);
        },
        postpone: deps.ruleQueue.postpone,
        remainingMs: () => context.getRemainingTimeInMillis(),
        logger: deps.logger,
      },
      event,
    );
  };
