import { botTimingMs } from '../platform/bot-timing.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { Bot } from './bot.ts';
import type { BotQueue } from './bot-queue.ts';

/** What every action that changes bots needs. */
export interface BotDeps {
  table: Table;
  botQueue: Pick<BotQueue, 'sendAll'>;
  clock: Clock;
  newId: () => string;
  logger: Pick<Logger, 'error' | 'info' | 'warn'>;
  /** How long before `join_at` a bot is handed off, in milliseconds. */
  botLeadMs: number;
}

/** A change of a bot is tried again so often while others change the bot, too. */
export const botAttempts = { attempts: 8 };

/**
 * Sends a message for each bot that has work to do now, or a timer that comes too soon for the dispatcher. If the queue
 * fails, the change of the bot stays stored, and its timers bring the work later.
 */
export async function callBots(
  { botQueue, clock, logger }: Pick<BotDeps, 'botQueue' | 'clock' | 'logger'>,
  bots: Pick<Bot, 'id' | 'project_id' | 'due_at'>[],
): Promise<void> {
  const now = clock.now();
  const entries = bots.flatMap(({ id, project_id: projectId, due_at: dueAt }) => {
    const delayMs = dueAt ? millisOf(dueAt) - now : 0;
    return delayMs > botTimingMs.soon
      ? []
      : [{ botId: id, projectId, delaySeconds: Math.max(0, Math.ceil(delayMs / 1000)) }];
  });
  try {
    if (entries.length > 0) await botQueue.sendAll(entries);
  } catch (error) {
    logger.error('bot messages not sent', { bot_ids: entries.map(({ botId }) => botId), error: error as Error });
  }
}
