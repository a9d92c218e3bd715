import type { Context } from 'aws-lambda';
import { createFollowQueue } from '../../shared/accounts/follow-queue.ts';
import { followTimerTarget } from '../../shared/accounts/follow-timer-target.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { botTimerTarget } from '../../shared/bots/bot-timer-target.ts';
import { lookBeforeHandOffs } from '../../shared/bots/look-before-hand-offs.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { timerTimingMs } from '../../shared/platform/timing.ts';
import { openTable } from '../../shared/store/table.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { syncTimerTarget } from '../../shared/sync/sync-timer-target.ts';
import { createTickQueue } from '../../shared/ticks/tick-queue.ts';
import { withTickTimers } from '../../shared/ticks/tick-timer-target.ts';
import { type DispatchDeps, dispatchTimers } from '../../shared/timers/dispatch-timers.ts';
import { deliveryTimerTarget } from '../../shared/webhooks/delivery-timer-target.ts';
import { createWebhookQueue } from '../../shared/webhooks/webhook-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();
const clock = createClock();

const queues = createSyncQueues(sqs, { google: env.GOOGLE_SYNC_QUEUE_URL, microsoft: env.MICROSOFT_SYNC_QUEUE_URL });

const deps: DispatchDeps = {
  table: openTable(env.TABLE_NAME),
  targets: {
    'google-sync': syncTimerTarget(queues.google),
    'microsoft-sync': syncTimerTarget(queues.microsoft),
    bot: withTickTimers(
      botTimerTarget(createBotQueue(sqs, env.BOT_QUEUE_URL), clock),
      createTickQueue(sqs, env.BOT_QUEUE_URL),
      clock,
    ),
    delivery: deliveryTimerTarget(createWebhookQueue(sqs, env.WEBHOOK_QUEUE_URL), clock),
    follow: followTimerTarget(createFollowQueue(sqs, env.FOLLOW_QUEUE_URL)),
  },
  clock,
  logger: createLogger(),
};

/** Runs every minute. */
export const handler = async (_event: unknown, context: Context): Promise<{ dispatched: number }> => {
  const remainingMs = (): number => context.getRemainingTimeInMillis();
  const looks = lookBeforeHandOffs({ ...deps, queues }, () => remainingMs() > timerTimingMs.dispatchReserve).catch(
    (error: Error) => deps.logger.error('calendars not looked at before hand-offs', { error }),
  );
  try {
    return { dispatched: await dispatchTimers(deps, remainingMs) };
  } finally {
    await looks;
  }
};
