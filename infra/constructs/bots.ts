import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Env as FollowAttendeeEnv } from '../../functions/follow-attendee/env.ts';
import type { Env as HandOffBotEnv } from '../../functions/hand-off-bot/env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { WorkQueue } from '../kit/work-queue.ts';

/** Bot queue → hand-off → runner, and what an Attendee server reports about its bots. */
export class Bots extends Construct {
  readonly queue: WorkQueue<'BotQueue'>;
  readonly worker: KalendsFunction;
  /** Functions to which runners push. */
  readonly receivers;

  constructor(scope: Construct, id: string, { foundation }: { foundation: Foundation }) {
    super(scope, id);
    const { table, key, notifications, settings, alarms } = foundation;

    const queue = new WorkQueue(this, 'BotQueue', {
      alarms,
      workerTimeoutMs: functionTimeoutMs.handOff,
      deadLetterImpact: 'Bots may miss their meetings: messages about them could not be handled.',
      backlog: {
        errorImpact: 'Bots come late to their meetings: hand-offs have waited for more than two minutes.',
        above: Duration.minutes(2),
      },
    });
    this.queue = queue;

    this.receivers = {
      'follow-attendee': new KalendsFunction<FollowAttendeeEnv>(this, 'follow-attendee', {
        foundation,
        timeoutMs: functionTimeoutMs.receive,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
          ...key.allowOpen(fn, 'bot_runner'),
          ...queue.allowSend(fn),
          ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS', 'EVENT_RETENTION_DAYS'),
        }),
      }),
    };

    this.worker = new KalendsFunction<HandOffBotEnv>(this, 'hand-off-bot', {
      foundation,
      timeoutMs: functionTimeoutMs.handOff,
      environment: (fn) => ({
        ...table.allow(fn, 'BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem'),
        ...table.allow(fn, 'PutItem', 'Query', 'UpdateItem'),
        // It finds the events that start or end soon, where an endpoint wants to be notified of it.
        ...table.allowQuery(fn, 'project-by-start', 'project-by-end', 'partition-by-start', 'partition-by-end'),
        ...key.allowOpen(fn, 'webhook'),
        ...key.allowOpen(fn, 'bot_runner'),
        ...notifications.allowPublish(fn),
        ...queue.allowSend(fn),
        ...queue.allowWork(fn, { batchSize: 10, maxConcurrency: settings.workersPerQueue }),
        ...fromSettings(fn, settings, 'PROJECT_WORKERS', 'BOT_LEAD_SECONDS', 'EVENT_RETENTION_DAYS'),
        ...fromSettings(fn, settings, 'ALLOW_LOOPBACK_WEBHOOKS', 'WEBHOOK_PORTS'),
      }),
    });
  }
}
