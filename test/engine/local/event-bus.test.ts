import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { type BusEvent, createEventBus } from '../../../local/runner/create-event-bus.ts';
import { createSchedules } from '../../../local/runner/create-schedules.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { createQueue, type LocalQueue } from '../../../local/runner/local-queue.ts';
import { createRule, type LocalRule } from '../../../local/runner/local-rule.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';
import { type AwsJsonServer, startAwsJsonServer } from '../../../local/runner/start-aws-json-server.ts';
import { type QueueEngine, startQueueEngine } from '../../../local/runner/start-queue-engine.ts';
import { createFakeFunction, returned, threw } from './local-function.ts';

const NOW = Date.parse('2030-01-02T03:04:05.678Z');
const clock = { now: () => NOW };
const invoked: unknown[] = [];
const watcher = createFakeFunction('watch', (event) => {
  invoked.push(event);
  return returned({ seen: true });
});
const broken = createFakeFunction('broken', () => threw());
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

const rule = (Properties: Record<string, unknown>) => ({ Type: 'AWS::Events::Rule', Properties });
const resourcesAt = (sqsEndpoint: string, more: Record<string, unknown> = {}) =>
  resolveTemplate(
    parseAssembly({
      Resources: {
        Notifications: { Type: 'AWS::Events::EventBus', Properties: { Name: 'notifications' } },
        Inbox: { Type: 'AWS::SQS::Queue' },
        Ordered: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, ContentBasedDeduplication: true } },
        ...more,
      },
    }).template,
    { sqsEndpoint, apiUrl: '' },
  );
const target = (id: string, attribute = 'Arn') => ({ Id: 'T', Arn: { 'Fn::GetAtt': [id, attribute] } });
const rules = {
  ToInbox: rule({
    EventBusName: { Ref: 'Notifications' },
    EventPattern: { 'detail-type': [{ prefix: 'calendar.' }] },
    Targets: [target('Inbox')],
  }),
  ToOrdered: rule({
    EventBusName: { 'Fn::GetAtt': ['Notifications', 'Arn'] },
    EventPattern: { source: ['ordered'] },
    Targets: [{ ...target('Ordered'), SqsParameters: { MessageGroupId: 'one' } }],
  }),
  ToGroups: rule({
    EventBusName: 'notifications',
    EventPattern: { source: ['grouped'] },
    Targets: [{ ...target('Ordered'), SqsParameters: { MessageGroupId: '$.detail.project' } }],
  }),
  ToFunction: rule({
    EventBusName: 'notifications',
    EventPattern: { source: ['watched'] },
    Targets: [{ Id: 'T', Arn: functionArn('watch') }],
  }),
  Off: rule({
    EventBusName: 'notifications',
    EventPattern: { source: ['watched'] },
    State: 'DISABLED',
    Targets: [target('Inbox')],
  }),
  Minute: rule({ ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'T', Arn: functionArn('watch') }] }),
  Hour: rule({
    ScheduleExpression: 'rate(2 hours)',
    Targets: [{ Id: 'T', Arn: functionArn('broken'), Input: '{"own":1}' }],
  }),
};

let engine: QueueEngine;
let server: AwsJsonServer;
let sqs: SQSClient;
let bus: EventBridgeClient;
let queues: LocalQueue[];
let built: LocalRule[];
let heard: BusEvent[] = [];
const client = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };

beforeAll(async () => {
  engine = await startQueueEngine();
  sqs = new SQSClient({ ...client, endpoint: engine.endpoint });
  const resources = resourcesAt(engine.endpoint, rules);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  queues = await Promise.all(ofType('AWS::SQS::Queue').map((resource) => createQueue(sqs, resource)));
  const functions = [watcher, broken];
  built = ofType('AWS::Events::Rule').map((resource) => createRule(resource, { sqs, queues, functions }));
  const onEvent = (event: BusEvent): void => void heard.push(event);
  server = await startAwsJsonServer(
    createEventBus({ busNames: ['notifications'], rules: built, clock, onEvent, log: () => {} }),
  );
  bus = new EventBridgeClient({ ...client, endpoint: server.endpoint });
});
beforeEach(() => {
  heard = [];
  invoked.length = 0;
});
afterAll(async () => {
  await server.close();
  sqs.destroy();
  await engine.close();
});

const entry = (more: Record<string, string> = {}) => ({
  EventBusName: 'notifications',
  Source: 'kalends',
  DetailType: 'calendar.events_update',
  Detail: '{"a":1}',
  ...more,
});
const receive = async (name: string) => {
  const queue = queues.find((candidate) => candidate.name.startsWith(name));
  const command = { QueueUrl: queue?.url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command));
  return Messages;
};

describe('the EventBridge stand-in', () => {
  it('puts a matching event into the queue before PutEvents is answered', async () => {
    const { FailedEntryCount, Entries = [] } = await bus.send(new PutEventsCommand({ Entries: [entry()] }));
    expect(FailedEntryCount).toBe(0);
    const [message] = await receive('Inbox');
    const event = JSON.parse(message?.Body ?? '') as BusEvent;
    expect(event).toEqual({
      version: '0',
      id: Entries[0]?.EventId,
      'detail-type': 'calendar.events_update',
      source: 'kalends',
      account: '000000000000',
      time: '2030-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: [],
      detail: { a: 1 },
    });
    expect(heard).toEqual([event]);
  });

  it('keeps to patterns and buses, gives FIFO queues their group, and leaves disabled rules alone', async () => {
    const Entries = [
      entry({ DetailType: 'bot.due' }),
      entry({ EventBusName: 'default' }),
      entry({ Source: 'ordered', DetailType: 'x' }),
      entry({ Source: 'watched', DetailType: 'y' }),
    ];
    expect((await bus.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
    expect(await receive('Inbox')).toEqual([]);
    expect((await receive('Ordered')).map(({ Attributes }) => Attributes?.['MessageGroupId'])).toEqual(['one']);
    expect(invoked).toMatchObject([{ source: 'watched' }]);
    expect(heard).toHaveLength(4);
  });

  it('takes the message group of a target from the event where the parameter is a path', async () => {
    const Detail = JSON.stringify({ project: 'proj_1' });
    await bus.send(new PutEventsCommand({ Entries: [entry({ Source: 'grouped', DetailType: 'bot.due', Detail })] }));
    expect((await receive('Ordered')).map(({ Attributes }) => Attributes?.['MessageGroupId'])).toEqual(['proj_1']);
  });

  it('fails faulty entries alone and counts them', async () => {
    const Entries = [
      entry(),
      entry({ Detail: '{' }),
      entry({ Detail: '[]' }),
      entry({ Source: '' }),
      entry({ DetailType: '' }),
      entry({ EventBusName: 'unknown' }),
      entry({ Source: 'aws.events' }),
    ];
    const answer = await bus.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(6);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'ResourceNotFoundException',
      'NotAuthorizedForSourceException',
    ]);
    expect(await receive('Inbox')).toHaveLength(1);
  });

  it('refuses more than ten entries and more than 256 KB', async () => {
    const many = new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => entry()) });
    await expect(bus.send(many)).rejects.toMatchObject({ name: 'ValidationException' });
    const large = new PutEventsCommand({ Entries: [entry({ Detail: JSON.stringify({ a: 'x'.repeat(256 * 1024) }) })] });
    await expect(bus.send(large)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(heard).toEqual([]);
  });
});

describe('schedules', () => {
  it('run all targets on a tick and tell how each ended', async () => {
    const schedules = createSchedules(built, clock, () => {});
    expect(await schedules.tick()).toEqual([
      { rule: 'Minute', targets: [{ target: 'watch', ok: true, result: { seen: true } }] },
      { rule: 'Hour', targets: [{ target: 'broken', ok: false, error: 'Error: failed on purpose' }] },
    ]);
    expect(invoked).toMatchObject([
      { 'detail-type': 'Scheduled Event', source: 'aws.events', time: '2030-01-02T03:04:05Z', detail: {} },
    ]);
    expect(built.map(({ everyMs }) => everyMs).filter(Boolean)).toEqual([60_000, 7_200_000]);
  });

  it('answer a tick when there are none', async () => {
    expect(await createSchedules([], clock, () => {}).tick()).toEqual([]);
  });
});

describe('rules that local mode would not honour', () => {
  const build = (properties: Record<string, unknown>) => {
    const resources = resourcesAt(engine.endpoint, { Rule: rule(properties) });
    const resource = resources.find(({ logicalId }) => logicalId === 'Rule');
    if (resource === undefined) throw new Error('no rule');
    return () => createRule(resource, { sqs, queues, functions: [] });
  };

  it.each([
    [{ Targets: [{ ...target('Inbox'), InputTransformer: {} }] }, 'InputTransformer'],
    [{ Targets: [{ ...target('Inbox'), InputPath: '$.detail' }] }, 'InputPath'],
    [{ Targets: [{ Id: 'T', Arn: 'arn:aws:sns:x' }] }, 'arn:aws:sns:x'],
    [{ ScheduleExpression: 'cron(0 * * * ? *)' }, 'rate'],
    [{ EventPattern: { source: [{ wildcard: '*' }] } }, 'wildcard'],
  ])('are refused: %j', (properties, reason) => {
    expect(build(properties)).toThrow(reason);
  });
});
