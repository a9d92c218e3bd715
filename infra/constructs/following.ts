import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Env as FollowAccountsEnv } from '../../functions/follow-accounts/env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { subsetIndex } from '../../shared/store/table-schema.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { SyncPipeline } from './sync-pipeline.ts';

/** Timers → follow queue → users and calendars that come and go → sync of those that are new. */
export class Following extends Construct {
  readonly queue: WorkQueue<'FollowQueue'>;
  readonly worker: KalendsFunction;

  constructor(scope: Construct, id: string, { foundation, sync }: { foundation: Foundation; sync: SyncPipeline }) {
    super(scope, id);
    const { table, key, settings, alarms } = foundation;

    const queue = new WorkQueue(this, 'FollowQueue', {
      alarms,
      fifo: true,
      workerTimeoutMs: functionTimeoutMs.follow,
      deadLetterImpact: 'Users of some organizations are not connected or disconnected until their next timer.',
      backlog: {
        errorImpact: 'Users of organizations are connected more than half an hour late.',
        above: Duration.minutes(30),
      },
    });
    this.queue = queue;

    this.worker = new KalendsFunction<FollowAccountsEnv>(this, 'follow-accounts', {
      foundation,
      timeoutMs: functionTimeoutMs.follow,
      environment: (fn) => ({
        ...table.allow(fn, 'BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem'),
        ...table.allow(fn, 'PutItem', 'Query', 'UpdateItem'),
        ...table.allowQuery(fn, 'project-by-created', 'partition-by-created', subsetIndex.name),
        ...key.allowOpen(fn, 'credentials'),
        ...sync.queues.google.allowSend(fn),
        ...sync.queues.microsoft.allowSend(fn),
        // One organization per invocation: its work takes as long as the function may run.
        ...queue.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'GOOGLE_API_URL', 'GOOGLE_OAUTH_URL'),
        ...fromSettings(fn, settings, 'MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL', 'MICROSOFT_TENANT'),
      }),
    });
  }
}
