import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { botTimingMs } from '../platform/bot-timing.ts';
import type { Logger } from '../platform/create-logger.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import { announceTicks } from '../ticks/announce-ticks.ts';
import { type ScanTicksDeps, scanTicks } from '../ticks/scan-ticks.ts';
import { deferralMs } from '../worker-shares/deferral.ts';
import type { BotQueue } from './bot-queue.ts';
import { handOffBot } from './hand-off-bot.ts';
import type { HandOffDeps } from './hand-off-deps.ts';
import { parseBotMessage } from './parse-bot-message.ts';
import { reconcileCalendarBots } from './reconcile-calendar-bots.ts';

export interface HandOffBotDeps extends Omit<HandOffDeps, 'botQueue'>, ScanTicksDeps {
  botQueue: BotQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/**
 * Handles messages of the bot queue side by side. A message that came too early is sent again as a new message, not
 * returned: however often it waits, it does not reach the dead-letter queue, which is for unexpected errors.
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
            const mayGoOn = (): boolean => context.getRemainingTimeInMillis() > botTimingMs.calendarReserve;
            const isDone = await reconcileCalendarBots(deps, message.calendar_id, mayGoOn);
            if (!isDone) await deps.botQueue.sendCalendar(message);
            return;
          }
          if (message.kind === 'tick_scan') return scanTicks(deps, message);
          if (message.kind === 'ticks') return announceTicks(deps, message);
          const { bot_id: botId, project_id: projectId } = message;
          const outcome = await handOffBot(deps, botId);
          if (outcome.kind === 'done') return;
          const { delayMs, deferrals } =
            outcome.kind === 'wait'
              ? { delayMs: outcome.delayMs, deferrals: 0 }
              : { delayMs: deferralMs(message.deferrals, deps.random()), deferrals: message.deferrals + 1 };
          await deps.botQueue.sendAll([{ botId, projectId, deferrals, delaySeconds: Math.ceil(delayMs / 1000) }]);
        },
        postpone: deps.botQueue.postpone,
        // The bot's own timer may come first.
        longestPause: 60,
        remainingMs: () => context.getRemainingTimeInMillis(),
        logger: deps.logger,
      },
      event,
    );
  };
