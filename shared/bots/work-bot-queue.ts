import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workRecords } from '../platform/queue/work-records.ts';
import { type BotQueue, parseBotMessage } from './bot-queue.ts';
import { type HandOffDeps, handOffBot } from './hand-off-bot.ts';
import { reconcileCalendarBots } from './reconcile-calendar-bots.ts';

/** The work on a calendar's bots goes on in another message when this little time is left. */
const calendarReserveMs = 10_000;

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
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        parse: parseBotMessage,
        work: async (message) => {
          if (message.kind === 'calendar') {
            const mayGoOn = (): boolean => context.getRemainingTimeInMillis() > calendarReserveMs;
            const isDone = await reconcileCalendarBots(deps, message.calendar_id, mayGoOn);
            if (!isDone) await deps.botQueue.sendCalendar(message.calendar_id);
            return;
          }
          const { bot_id: botId } = message;
          const outcome = await handOffBot(deps, botId);
          if (outcome.kind === 'done') return;
          await deps.botQueue.sendAll([{ botId, delaySeconds: Math.ceil(outcome.delayMs / 1000) }]);
        },
        postpone: deps.botQueue.postpone,
        // The bot's own timer may come first.
        longestPause: 60,
        logger: deps.logger,
      },
      event,
    );
  };
