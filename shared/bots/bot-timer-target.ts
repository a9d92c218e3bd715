import { botTimingMs } from '../platform/bot-timing.ts';
import type { Clock } from '../platform/clock.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import type { BotQueue } from './bot-queue.ts';

/** Timers of bots, in the partitions `BOT#<id>`. The queue delays each message until the second it is due. */
export const botTimerTarget = (queue: Pick<BotQueue, 'sendAll'>, clock: Clock): TimerTarget => ({
  lookAheadMs: botTimingMs.timerLookahead,
  leaseMs: botTimingMs.timerLease,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, due_at, project_id: projectId = PK }) => ({
        botId: PK.slice('BOT#'.length),
        projectId,
        delaySeconds: Math.ceil((millisOf(due_at) - clock.now()) / 1000),
      })),
    ),
});
