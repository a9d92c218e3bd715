import { Duration, type Stack } from 'aws-cdk-lib';
import type { Env as ApiBotRulesEnv } from '../functions/api-bot-rules/env.ts';
import type { Env as DecideBotsEnv } from '../functions/decide-bots/env.ts';
import { eventByIdIndex } from '../shared/store/table-schema.ts';
import type { Settings } from './config.ts';
import { KalendsFunction, type KalendsFunctionProps } from './constructs/kalends-function.ts';
import type { KalendsTable } from './constructs/kalends-table.ts';
import type { WorkQueue } from './constructs/work-queue.ts';

interface RuleParts {
  base: Pick<KalendsFunctionProps<object>, 'bundles' | 'logRetention'>;
  settings: Settings;
  table: KalendsTable;
  ruleQueue: WorkQueue;
  botQueue: WorkQueue;
  signingSecret: string;
  timeouts: { api: Duration; decide: Duration };
}

/** The functions of bot rules: API and notifications → rule queue → decisions → bots. */
export function addRuleFunctions(
  stack: Stack,
  { base, settings, table, ruleQueue, botQueue, signingSecret, timeouts }: RuleParts,
) {
  const apiBotRules = new KalendsFunction<ApiBotRulesEnv>(stack, 'api-bot-rules', {
    ...base,
    errorImpact: 'Applications cannot read or change the rules by which meetings get a bot.',
    timeout: timeouts.api,
    memorySize: 1024,
    environment: {
      TABLE_NAME: table.name,
      RULE_QUEUE_URL: ruleQueue.queue.queueUrl,
      SIGNING_SECRET: signingSecret,
    },
  });
  table.grant(apiBotRules, 'BatchGetItem', 'GetItem', 'PutItem');
  table.grantQuery(apiBotRules, eventByIdIndex, 'project-by-start');
  ruleQueue.grantSend(apiBotRules);

  const decideBots = new KalendsFunction<DecideBotsEnv>(stack, 'decide-bots', {
    ...base,
    errorImpact: 'Meetings do not get the bots that rules want for them, or keep bots that rules do not want.',
    timeout: timeouts.decide,
    memorySize: 1024,
    environment: {
      TABLE_NAME: table.name,
      BOT_QUEUE_URL: botQueue.queue.queueUrl,
      RULE_QUEUE_URL: ruleQueue.queue.queueUrl,
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      BOT_LEAD_SECONDS: String(settings.botLeadSeconds),
    },
  });
  table.grant(
    decideBots,
    'BatchGetItem',
    'ConditionCheckItem',
    'DeleteItem',
    'GetItem',
    'PutItem',
    'Query',
    'UpdateItem',
  );
  table.grantQuery(decideBots, 'partition-by-updated', 'partition-by-start', 'project-by-created');
  botQueue.grantSend(decideBots);
  ruleQueue.grantSend(decideBots);
  // A message may be a calendar of thousands of events: it costs nobody else's time.
  ruleQueue.workedBy(decideBots, { batchSize: 1, maxConcurrency: 100 });

  return { 'api-bot-rules': apiBotRules, 'decide-bots': decideBots };
}
