import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { RuleDeps } from '../../shared/actions/bot-rules/rule-deps.ts';
import { workRuleMessage } from '../../shared/actions/bot-rules/work-rule-message.ts';
import { parseRuleMessage, type RuleQueue } from '../../shared/messaging/rule-queue.ts';

export interface DecideBotsDeps extends RuleDeps {
  ruleQueue: RuleQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works messages of the rule queue side by side; what failed is tried again, in the end by nobody but a person. */
export const createDecideBots =
  (deps: DecideBotsDeps) =>
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const settled = await Promise.all(
      Records.map(async (record) => ({ id: record.messageId, isDone: await settle(deps, record, remainingMs) })),
    );
    return {
      batchItemFailures: settled.filter(({ isDone }) => !isDone).map(({ id }) => ({ itemIdentifier: id })),
    };
  };

/** Seconds after which an unforeseen error is tried again. */
const retrySeconds = (attempt: number): number => Math.min(2 ** attempt, 300);

async function settle(deps: DecideBotsDeps, record: SQSRecord, remainingMs: () => number): Promise<boolean> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const message = parseRuleMessage(record.body);
  if (!message) {
    deps.logger.error('malformed rule message', { message_id: record.messageId });
    return false;
  }
  try {
    if (message !== 'nothing') await workRuleMessage(deps, message, { attempt, remainingMs });
    return true;
  } catch (error) {
    deps.logger.error('unforeseen error', { message_id: record.messageId, error: error as Error });
    await deps.ruleQueue
      .postpone(record.receiptHandle, retrySeconds(attempt))
      .catch((refusal: Error) => deps.logger.error('message not postponed', { error: refusal }));
    return false;
  }
}
