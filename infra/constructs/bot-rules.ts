import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Env as DecideBotsEnv } from '../../functions/decide-bots/env.ts';
import { botStates, isTerminalState } from '../../shared/bots/bot.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { Bots } from './bots.ts';

/** Notifications → rule queue → decisions about events → bots. */
export class BotRules extends Construct {
  readonly queue: WorkQueue<'RuleQueue'>;
  readonly worker: KalendsFunction;

  constructor(scope: Construct, id: string, { foundation, bots }: { foundation: Foundation; bots: Bots }) {
    super(scope, id);
    const { table, notifications, settings, alarms } = foundation;

    const queue = new WorkQueue(this, 'RuleQueue', {
      alarms,
      workerTimeoutMs: functionTimeoutMs.decideBots,
      deadLetterImpact: 'Some meetings do not have the bots that rules want for them: they could not be decided.',
      backlog: {
        errorImpact: 'Meetings get the bots that rules want for them more than a quarter of an hour late.',
        above: Duration.minutes(15),
      },
    });
    this.queue = queue;

    // Events of these calendars have changed. A disconnected calendar needs no decision: the notifications of its bots come
    // by a rule below. A project without bot rules wakes no function.
    notifications.forward('CalendarsToRules', queue, {
      triggers: ['calendar.events_update'],
      data: { state: ['connected'] },
      hasBotRules: [true],
    });
    // Events that are followed again.
    notifications.forward('ReconnectionsToRules', queue, {
      triggers: ['calendar.state_change'],
      data: { state: ['connected'] },
    });
    // Bots that were removed or restored by something other than a rule.
    notifications.forward('BotsToRules', queue, {
      triggers: ['bot.state_change'],
      data: { event_type: ['removed', 'restored'] },
    });
    // Bots that have left their rooms.
    notifications.forward('EndedBotsToRules', queue, {
      triggers: ['bot.state_change'],
      data: { new_state: botStates.filter(isTerminalState) },
    });

    this.worker = new KalendsFunction<DecideBotsEnv>(this, 'decide-bots', {
      foundation,
      timeoutMs: functionTimeoutMs.decideBots,
      memorySize: 1024,
      environment: (fn) => ({
        ...table.allow(
          fn,
          'BatchGetItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'Query',
          'UpdateItem',
        ),
        ...table.allowQuery(fn, 'partition-by-updated', 'partition-by-start', 'project-by-created'),
        ...bots.queue.allowSend(fn),
        ...queue.allowSend(fn),
        // One message may be a calendar of thousands of events; it must not delay other messages.
        ...queue.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        ...fromSettings(fn, settings, 'PROJECT_WORKERS', 'BOT_LEAD_SECONDS', 'EVENT_RETENTION_DAYS'),
      }),
    });
  }
}
