import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '../platform/clock.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { Bot } from './bot.ts';
import type { BotQueue } from './bot-queue.ts';

/** What whoever changes bots needs. */
export interface BotDeps {
  table: Table;
  botQueue: Pick<BotQueue, 'sendAll'>;
  clock: Clock;
  newId: () => string;
  logger: Pick<Logger, 'error' | 'info' | 'warn'>;
  /** How long before its time a bot is handed off, in milliseconds. */
  botLeadMs: number;
}

/** The minute rule, which looks ahead, has seen whatever is due later than this in time. */
const soonMs = 120_000;

/** A notification about a bot that was not published by then is looked for. */
const notificationPatienceMs = 60_000;
export const notificationsDueAt = ({ clock }: Pick<BotDeps, 'clock'>): Timestamp =>
  timestampOf(clock.now() + notificationPatienceMs);

/**
 * Asks to look at bots whose timer comes too soon for the minute rule, or that have something to tell. What was stored
 * stands even if the queue fails: timers ask again.
 */
export async function callBots(
  { botQueue, clock, logger }: Pick<BotDeps, 'botQueue' | 'clock' | 'logger'>,
  bots: Pick<Bot, 'id' | 'due_at'>[],
): Promise<void> {
  const now = clock.now();
  const entries = bots.flatMap(({ id, due_at: dueAt }) => {
    const delayMs = dueAt ? millisOf(dueAt) - now : 0;
    return delayMs > soonMs ? [] : [{ botId: id, delaySeconds: Math.max(0, Math.ceil(delayMs / 1000)) }];
  });
  try {
    if (entries.length > 0) await botQueue.sendAll(entries);
  } catch (error) {
    logger.error('bots not called', { bot_ids: entries.map(({ botId }) => botId), error: error as Error });
  }
}
