import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type BotOutcome, type HandOffDeps, handOffBot } from '../../shared/actions/bots/hand-off-bot.ts';
import { type BotQueue, botMessageSchema } from '../../shared/messaging/bot-queue.ts';

export interface HandOffBotDeps extends Omit<HandOffDeps, 'botQueue'> {
  botQueue: BotQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/**
 * Works messages of the bot queue side by side. One that came too early is put back as a new message rather than
 * returned: however often it waits, it does not end among the dead letters, where only what nobody foresaw belongs.
 */
export const createHandOffBot =
  (deps: HandOffBotDeps) =>
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const settled = await Promise.all(
      Records.map(async (record) => ({ id: record.messageId, isDone: await settle(deps, record) })),
    );
    return {
      batchItemFailures: settled.filter(({ isDone }) => !isDone).map(({ id }) => ({ itemIdentifier: id })),
    };
  };

/** Seconds after which an unforeseen error is tried again; the bot's own timer may come first. */
const retrySeconds = (attempt: number): number => Math.min(2 ** attempt, 60);

async function settle(deps: HandOffBotDeps, record: SQSRecord): Promise<boolean> {
  try {
    const { bot_id: botId } = botMessageSchema.parse(JSON.parse(record.body));
    const outcome: BotOutcome = await handOffBot(deps, botId);
    if (outcome.kind === 'wait') {
      await deps.botQueue.sendAll([{ botId, delaySeconds: Math.ceil(outcome.delayMs / 1000) }]);
    }
    return true;
  } catch (error) {
    deps.logger.error('unforeseen error', { message_id: record.messageId, error: error as Error });
    await deps.botQueue
      .postpone(record.receiptHandle, retrySeconds(Number(record.attributes.ApproximateReceiveCount)))
      .catch((refusal: Error) => deps.logger.error('message not postponed', { error: refusal }));
    return false;
  }
}
