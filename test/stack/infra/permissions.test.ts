import { describe, expect, it } from 'vitest';
import { readAllowStatements, readPermissions } from './read-statements.ts';
import { readResources } from './synthesize-stack.ts';

const resources = readResources();
const permissions = readPermissions(resources);

const viaTable = 'EncryptionKey (kms:ViaService is dynamodb.eu-central-1.amazonaws.com)';
const readsTable = `${viaTable}: kms:Decrypt kms:DescribeKey`;
const writesTable = `${viaTable}: kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey`;
const sealed = (purpose: string, actions: string) =>
  `EncryptionKey (kms:EncryptionContext:purpose is ${purpose}): ${actions}`;
const polls = 'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage';
const queries = (...indexes: string[]) => indexes.map((index) => `Table/index/${index}: dynamodb:Query`);

/** All permissions of each function, except those for its log group and X-Ray, which every function has. */
const expected: Record<string, string[]> = {
  'api-calendars': [
    'Table: dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created', 'partition-by-end', 'project-by-created', 'partition-by-subset'),
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('credentials', 'kms:GenerateDataKey'),
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
  ],
  'connect-page': [
    'Table: dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('project-by-created'),
    writesTable,
    sealed('credentials', 'kms:Decrypt kms:GenerateDataKey'),
    'NotificationBus: events:PutEvents',
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
  ],
  'api-connect': [
    'Table: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('credentials', 'kms:GenerateDataKey'),
  ],
  'api-organizations': [
    'Table: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created'),
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('credentials', 'kms:GenerateDataKey'),
  ],
  'follow-accounts': [
    'Table: dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created', 'partition-by-subset', 'project-by-created'),
    writesTable,
    sealed('credentials', 'kms:Decrypt'),
    `FollowQueue: ${polls}`,
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
  ],
  'api-accounts': [
    'Table: dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created', 'project-by-created', 'partition-by-subset'),
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('credentials', 'kms:Decrypt kms:GenerateDataKey'),
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
  ],
  'api-bots': [
    'Table: dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    ...queries('bots-by-meeting-url', 'by-deduplication-key', 'project-by-created'),
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('bot_runner', 'kms:GenerateDataKey'),
    'BotQueue: sqs:SendMessage',
    'RuleQueue: sqs:SendMessage',
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
  ],
  'follow-attendee': [
    'Table: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    writesTable,
    sealed('bot_runner', 'kms:Decrypt'),
    'BotQueue: sqs:SendMessage',
  ],
  'hand-off-bot': [
    'Table: dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-end', 'partition-by-start', 'project-by-end', 'project-by-start'),
    writesTable,
    sealed('bot_runner', 'kms:Decrypt'),
    sealed('webhook', 'kms:Decrypt'),
    'NotificationBus: events:PutEvents',
    `BotQueue: ${polls} sqs:SendMessage`,
  ],
  'api-calendar-events': [
    'Table: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created', 'partition-by-end', 'partition-by-start', 'partition-by-updated'),
    ...queries('project-by-created', 'project-by-end', 'project-by-start', 'project-by-updated', 'partition-by-subset'),
    writesTable,
  ],
  'api-bot-rules': [
    'Table: dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    ...queries('project-by-start'),
    writesTable,
    'RuleQueue: sqs:SendMessage',
  ],
  'decide-bots': [
    'Table: dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-start', 'partition-by-updated', 'project-by-created'),
    writesTable,
    'BotQueue: sqs:SendMessage',
    `RuleQueue: ${polls} sqs:SendMessage`,
  ],
  'api-webhooks': [
    'Table: dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    writesTable,
    sealed('answer', 'kms:Decrypt kms:GenerateDataKey'),
    sealed('webhook', 'kms:GenerateDataKey'),
    'WebhookQueue: sqs:SendMessage',
    'BotQueue: sqs:SendMessage',
  ],
  'serve-docs': [],
  'api-service': ['Table: dynamodb:GetItem', readsTable],
  'receive-google-push': ['GoogleSyncQueue: sqs:SendMessage'],
  'receive-microsoft-push': ['MicrosoftSyncQueue: sqs:SendMessage'],
  'sync-calendar': [
    'Table: dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    ...queries('partition-by-created', 'partition-by-subset', 'partition-by-updated'),
    writesTable,
    sealed('credentials', 'kms:Decrypt'),
    'NotificationBus: events:PutEvents',
    'BotQueue: sqs:SendMessage',
    `GoogleSyncQueue: ${polls} sqs:SendMessage`,
    `MicrosoftSyncQueue: ${polls} sqs:SendMessage`,
  ],
  'dispatch-due': [
    'Table: dynamodb:BatchGetItem dynamodb:UpdateItem',
    ...queries('due'),
    writesTable,
    'BotQueue: sqs:SendMessage',
    'GoogleSyncQueue: sqs:SendMessage',
    'MicrosoftSyncQueue: sqs:SendMessage',
    'WebhookQueue: sqs:SendMessage',
    'FollowQueue: sqs:SendMessage',
  ],
  'fan-out-notification': [
    'Table: dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    writesTable,
    sealed('webhook', 'kms:Decrypt'),
    `NotificationQueue: ${polls}`,
    'WebhookQueue: sqs:SendMessage',
    'BotQueue: sqs:SendMessage',
  ],
  'deliver-webhook': [
    'Table: dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    writesTable,
    sealed('webhook', 'kms:Decrypt'),
    `WebhookQueue: ${polls} sqs:SendMessage`,
  ],
};

const ownLines = (name: string): string[] => [
  `${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Logs: logs:CreateLogStream logs:PutLogEvents`,
  '*: xray:PutTelemetryRecords xray:PutTraceSegments',
];

describe('permissions', () => {
  it('are listed in this test for every function', () => {
    expect(Object.keys(permissions).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('of %s are exactly these', (name, lines) => {
    expect(permissions[name]).toEqual([...lines, ...ownLines(name)].sort());
  });

  it('never include a Scan', () => {
    const actions = readAllowStatements(resources).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /scan/i.test(action))).toEqual([]);
  });

  it('have no wildcard except where AWS requires one', () => {
    const open = readAllowStatements(resources)
      .filter(({ actions, resources: places }) => [...actions, ...places].some((text) => text.includes('*')))
      .map(({ type, actions, resources: places }) => `${type}: ${actions.join(' ')} on ${places.join(' ')}`);
    expect([...new Set(open)].sort()).toEqual([
      // X-Ray has no resources to name.
      'AWS::IAM::Policy: xray:PutTelemetryRecords xray:PutTraceSegments on *',
      // In a key policy, `*` is the key. Without the account's root the policy could never be changed.
      'AWS::KMS::Key: kms:* on *',
      'AWS::KMS::Key: kms:Decrypt kms:GenerateDataKey on *',
    ]);
  });

  it('come from no managed policy', () => {
    const roles = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter(({ Properties }) => 'ManagedPolicyArns' in Properties)).toEqual([]);
  });

  it('let EventBridge send to a queue only for the rules that have it as target', () => {
    const opened = readAllowStatements(resources)
      .filter(({ type }) => type === 'AWS::SQS::QueuePolicy')
      .flatMap(({ condition, resources: queues }) =>
        queues.map((queue) => [queue, condition].map((text) => text.replace(/[0-9A-F]{8}$/, '')).join(': ')),
      );
    expect(opened.sort()).toEqual([
      'NotificationQueue: aws:SourceArn is NotificationBusToWebhooks',
      'NotificationQueueDeadLetters: aws:SourceArn is NotificationBusToWebhooks',
      'RuleQueue: aws:SourceArn is NotificationBusBotsToRules',
      'RuleQueue: aws:SourceArn is NotificationBusCalendarsToRules',
      'RuleQueue: aws:SourceArn is NotificationBusEndedBotsToRules',
      'RuleQueue: aws:SourceArn is NotificationBusReconnectionsToRules',
      'RuleQueueDeadLetters: aws:SourceArn is NotificationBusBotsToRules',
      'RuleQueueDeadLetters: aws:SourceArn is NotificationBusCalendarsToRules',
      'RuleQueueDeadLetters: aws:SourceArn is NotificationBusEndedBotsToRules',
      'RuleQueueDeadLetters: aws:SourceArn is NotificationBusReconnectionsToRules',
    ]);
  });
});
