import type { LocalClock } from './create-clock.ts';
import type { Closing } from './create-closing.ts';
import { type BusEvent, createEventBus } from './create-event-bus.ts';
import { createEventSource, type EventSource } from './create-event-source.ts';
import { createHttpApi, type HttpApi } from './create-http-api.ts';
import { createKms } from './create-kms.ts';
import { createSchedules, type Schedules } from './create-schedules.ts';
import { createSecrets } from './create-secrets.ts';
import { createTimeToLive, type TimeToLive } from './create-time-to-live.ts';
import { createWorkerLimit } from './create-worker-limit.ts';
import { createFunction, type LocalFunction } from './local-function.ts';
import { createQueue, type LocalQueue } from './local-queue.ts';
import { createRule } from './local-rule.ts';
import { createTable } from './local-table.ts';
import type { KeptValues } from './open-kept-values.ts';
import { type ResolvedResource, resolveTemplate } from './resolve-template.ts';
import type { RunType } from './resource-types.ts';
import { type AwsOperations, startAwsJsonServer } from './start-aws-json-server.ts';
import type { Engines } from './start-engines.ts';

/** Workers of all functions together. Each takes some 45 MB. */
const MOST_WORKERS = 40;

/** The created resources of a template. Event sources, schedules and time to live are not started yet. */
export type RunningTemplate = {
  tableNames: string[];
  busNames: string[];
  queues: LocalQueue[];
  functions: LocalFunction[];
  eventSources: EventSource[];
  schedules: Schedules;
  timeToLive: TimeToLive;
  api: HttpApi;
  kmsEndpoint: string;
  eventBridgeEndpoint: string;
};

export type RunTemplateOptions = {
  engines: Engines;
  apiUrl: string;
  clock: LocalClock;
  kept: KeptValues;
  closing: Closing;
  /** For how long expired rows stay, in milliseconds of the local clock. */
  expiryDelayMs: number;
  /** Metadata key that holds the readable name of a function. */
  functionNameKey?: string;
  /** Called with every event that a bus accepts. */
  onEvent: (event: BusEvent) => void;
  log: (source: string, line: string) => void;
};

/** Creates the resources of a template, each after those that it needs. */
export const runTemplate = async (options: RunTemplateOptions): Promise<RunningTemplate> => {
  const { engines, clock, kept, closing } = options;
  const { assembly, dynamodb, sqs, dynamodbEndpoint, sqsEndpoint, abandon } = engines;
  const resources = resolveTemplate(assembly.template, { sqsEndpoint, apiUrl: options.apiUrl });
  const ofType = (...types: RunType[]): ResolvedResource[] => resources.filter(({ type }) => types.includes(type));
  const logAs = (source: string) => (line: string) => options.log(source, line);

  const kms = await startAwsJsonServer(createKms(resources, kept));
  closing.add(kms.close);
  // A promise, because the bus needs its targets, and the targets need the address of the bus.
  const bus = Promise.withResolvers<AwsOperations>();
  const eventBridge = await startAwsJsonServer({
    PutEvents: async (input) => (await bus.promise)['PutEvents']?.(input),
  });
  closing.add(eventBridge.close);
  const [queues, tables] = await Promise.all([
    Promise.all(ofType('AWS::SQS::Queue').map((resource) => createQueue(sqs, resource))),
    Promise.all(
      ofType('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').map((resource) => createTable(dynamodb, resource)),
    ),
  ]);
  const late = { now: () => clock.now() - options.expiryDelayMs };
  const timeToLive = createTimeToLive(dynamodb, tables, late, logAs('table'));
  closing.add(timeToLive.stop);

  const resolveSecrets = createSecrets(resources, kept);
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
  };
  const { assetDirectory } = assembly;
  const workerLimit = createWorkerLimit(MOST_WORKERS);
  const functions = ofType('AWS::Lambda::Function').map((resource) => {
    const local = createFunction(resource, {
      clock,
      assetDirectory,
      resolveSecrets,
      endpoints,
      log: options.log,
      workerLimit,
      ...(options.functionNameKey !== undefined && { functionNameKey: options.functionNameKey }),
    });
    closing.add(local.close);
    return local;
  });

  const rules = ofType('AWS::Events::Rule').map((resource) => createRule(resource, { sqs, queues, functions }));
  const busNames = ofType('AWS::Events::EventBus').map(({ name }) => name);
  bus.resolve(createEventBus({ busNames, rules, clock, onEvent: options.onEvent, log: logAs('event bus') }));
  const schedules = createSchedules(rules, clock, logAs('schedule'));
  closing.add(async () => schedules.stop());
  const eventSources = ofType('AWS::Lambda::EventSourceMapping').map((resource) => {
    const source = createEventSource(resource, { sqs, abandon, queues, functions, clock, log: logAs('event source') });
    closing.add(source.stop);
    return source;
  });

  return {
    tableNames: tables.map(({ name }) => name),
    busNames,
    queues,
    functions,
    eventSources,
    schedules,
    timeToLive,
    api: createHttpApi(resources, functions, clock),
    kmsEndpoint: kms.endpoint,
    eventBridgeEndpoint: eventBridge.endpoint,
  };
};
