import { describe, expect, it } from 'vitest';
import { readPermissions } from './read-statements.ts';
import { ofType, readResources, spell } from './synthesize-stack.ts';

const resources = readResources();
const queue = (name: string): Record<string, unknown> => {
  const found = ofType(resources, 'AWS::SQS::Queue').find(([id]) => id === name);
  return found?.[1].Properties ?? {};
};
const day = 86_400;
/** Name of a function, by its properties. */
const nameOf = (properties: Record<string, unknown>): string =>
  String(properties['Description']).replace('Kalends ', '');

const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => ({
  name: spell(Properties['EventSourceArn']),
  properties: Properties,
  queue: resources[spell(Properties['EventSourceArn'])]?.Properties ?? {},
  lambda: resources[spell(Properties['FunctionName'])]?.Properties ?? {},
}));

describe.each(['GoogleSyncQueue', 'MicrosoftSyncQueue'])('the sync queue of a provider, %s,', (name) => {
  it('is FIFO with high throughput, ordered by calendar', () => {
    expect(queue(name)).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  it('delays a message until its debounce bucket has closed', () => {
    expect(queue(name)['DelaySeconds']).toBe(1);
    const slower = readResources({ debounceWidthMs: 2500, debounceDelaySeconds: 3 });
    expect(Object.values(slower).map(({ Properties }) => Properties['DelaySeconds'])).toContain(3);
  });

  it('has a dead-letter queue that is FIFO too', () => {
    expect(queue(`${name}DeadLetters`)['FifoQueue']).toBe(true);
  });
});

describe.each(['NotificationQueue', 'WebhookQueue'])('%s', (name) => {
  it('is a standard queue without delay', () => {
    expect(queue(name)).not.toHaveProperty('FifoQueue');
    expect(queue(name)).not.toHaveProperty('DelaySeconds');
  });
});

describe('the notification queue', () => {
  it('receives notifications that have a webhook trigger; what cannot be delivered becomes a dead letter', () => {
    const rule = ofType(resources, 'AWS::Events::Rule').find(([id]) => id.includes('ToWebhooks'));
    expect(rule?.[1].Properties).toMatchObject({
      EventPattern: {
        source: ['kalends'],
        'detail-type': [
          'calendar.events_update',
          'calendar.state_change',
          'calendar.sync_failing',
          'calendar.sync_recovered',
          'calendar.first_sync',
          'calendar.connected',
          'bot.state_change',
          'event.starting',
          'event.ended',
        ],
      },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': ['NotificationQueue', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['NotificationQueueDeadLetters', 'Arn'] } },
        },
      ],
    });
  });
});

describe('the rules that fill queues', () => {
  it('put every notification into the group of its project: the queues are fair queues', () => {
    const targets = ofType(resources, 'AWS::Events::Rule').flatMap(
      ([, { Properties }]) => Properties['Targets'] as { DeadLetterConfig?: unknown; SqsParameters?: unknown }[],
    );
    const queues = targets.filter(({ DeadLetterConfig }) => DeadLetterConfig !== undefined);
    expect(queues.map(({ SqsParameters }) => SqsParameters)).toEqual(
      Array.from({ length: 5 }, () => ({ MessageGroupId: '$.detail.project_id' })),
    );
  });
});

describe('the rule queue', () => {
  it('receives notifications that may change a decision; what cannot be delivered becomes a dead letter', () => {
    const rules = ofType(resources, 'AWS::Events::Rule')
      .filter(([id]) => id.includes('ToRules'))
      .map(([, { Properties }]) => Properties);
    expect(rules.map((rule) => rule['EventPattern'])).toEqual([
      {
        source: ['kalends'],
        'detail-type': ['calendar.events_update'],
        detail: { has_bot_rules: [true], payload: { data: { state: ['connected'] } } },
      },
      {
        source: ['kalends'],
        'detail-type': ['calendar.state_change'],
        detail: { payload: { data: { state: ['connected'] } } },
      },
      {
        source: ['kalends'],
        'detail-type': ['bot.state_change'],
        detail: { payload: { data: { event_type: ['removed', 'restored'] } } },
      },
      {
        source: ['kalends'],
        'detail-type': ['bot.state_change'],
        detail: { payload: { data: { new_state: ['ended', 'fatal_error', 'data_deleted'] } } },
      },
    ]);
    for (const rule of rules) {
      expect(rule['Targets']).toMatchObject([
        {
          Arn: { 'Fn::GetAtt': ['RuleQueue', 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['RuleQueueDeadLetters', 'Arn'] } },
        },
      ]);
    }
  });
});

describe.each([
  'GoogleSyncQueue',
  'MicrosoftSyncQueue',
  'NotificationQueue',
  'WebhookQueue',
  'BotQueue',
  'RuleQueue',
  'FollowQueue',
])('%s', (name) => {
  it('is encrypted', () => {
    expect(queue(name)['SqsManagedSseEnabled']).toBe(true);
    expect(queue(`${name}DeadLetters`)['SqsManagedSseEnabled']).toBe(true);
  });

  it('moves a message to its dead letters after twelve receives, and keeps it there for at least a week', () => {
    expect(queue(name)['RedrivePolicy']).toMatchObject({
      deadLetterTargetArn: { 'Fn::GetAtt': [`${name}DeadLetters`, 'Arn'] },
      maxReceiveCount: 12,
    });
    // A message of a standard queue keeps its age when it becomes a dead letter.
    const left =
      Number(queue(`${name}DeadLetters`)['MessageRetentionPeriod']) - Number(queue(name)['MessageRetentionPeriod']);
    expect(left).toBeGreaterThanOrEqual(7 * day);
  });
});

describe('Chains of messages that Lambda stops after sixteen', () => {
  it('are allowed exactly to the functions that send to the queue they work', () => {
    const permissions = readPermissions(resources);
    const sendsToOwn = mappings
      .filter(({ name, lambda }) =>
        permissions[nameOf(lambda)]?.some((line) => line.startsWith(name) && line.includes('sqs:SendMessage')),
      )
      .map(({ lambda }) => nameOf(lambda));
    const allowed = ofType(resources, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties['RecursiveLoop'] === 'Allow')
      .map(([, { Properties }]) => nameOf(Properties));
    expect(allowed.toSorted()).toEqual([...new Set(sendsToOwn)].toSorted());
    expect(allowed.toSorted()).toEqual(['decide-bots', 'deliver-webhook', 'hand-off-bot', 'sync-calendar']);
  });
});

describe('The share of a project', () => {
  const shareOf = (settings: Record<string, unknown>): unknown[] =>
    ofType(readResources(settings), 'AWS::Lambda::Function').flatMap(([, { Properties }]) => {
      const variables = (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;
      return 'PROJECT_WORKERS' in variables ? [variables['PROJECT_WORKERS']] : [];
    });

  it.each([
    [{}, '25'],
    [{ workersPerQueue: 12 }, '3'],
    [{ workersPerQueue: 2 }, '1'],
    [{ workersPerQueue: 1000 }, '25'],
    [{ projectWorkers: 7 }, '7'],
  ])('with %j is %s workers of each queue', (settings, share) => {
    expect(shareOf(settings)).toEqual(Array.from({ length: 5 }, () => share));
  });
});

describe.each(mappings)('the function that works $name', ({ properties, queue: source, lambda }) => {
  it('has messages hidden for six times its own time-out, so that a slow batch is not worked twice', () => {
    expect(Number(source['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * Number(lambda['Timeout']));
  });

  it('reports which messages failed and takes at most ten messages at a time', () => {
    expect(properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect(properties['BatchSize']).toBeLessThanOrEqual(10);
    expect(properties['ScalingConfig']).toEqual({ MaximumConcurrency: 100 });
  });
});
