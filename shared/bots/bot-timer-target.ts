import type { Clock } from '../platform/clock.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import type { BotQueue } from './bot-queue.ts';

/**
 * Timers of bots, whose rows stand under `BOT#<id>`: the queue holds them back to the second. They are looked for a
 * little further ahead than the next minute, as the minute rule itself may be late. A claim ends soon after, because a
 * bot whose message was lost must not miss its meeting, but not so soon that the same look ahead finds it again.
 */
export const botTimerTarget = (queue: Pick<BotQueue, 'sendAll'>, clock: Clock): TimerTarget => ({
  lookAheadMs: 75_000,
  leaseMs: 80_000,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, due_at }) => ({
        botId: PK.slice('BOT#'.length),
        delaySeconds: Math.ceil((millisOf(due_at) - clock.now()) / 1000),
      })),
    ),
});
