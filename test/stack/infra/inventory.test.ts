import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { functionNames } from '../../../infra/bundle.ts';
import { routes } from '../../../shared/service/routes.ts';
import { functionNamesOf, ofType, readResources, spell } from './synthesize-stack.ts';

const resources = readResources();
const deployed = functionNamesOf(resources);
const properties = (type: string) => ofType(resources, type).map(([, resource]) => resource.Properties);

/** Routes of the API: a HEAD beside each GET. */
const served = routes.flatMap((route) =>
  route.method === 'GET' ? [route, { ...route, key: `HEAD ${route.path}` }] : [route],
);

describe('the stack', () => {
  it('consists of these resources', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
    const functions = deployed.length;
    const tableFunctions = properties('AWS::Lambda::Function').filter((fn) =>
      JSON.stringify(fn).includes('TABLE_NAME'),
    ).length;
    const keyedFunctions = new Set(routes.filter(({ auth }) => auth === 'api_key').map((route) => route.function)).size;
    const integrations = new Set(routes.map((route) => route.function)).size;
    expect(counts).toEqual({
      'AWS::ApiGatewayV2::Api': 1,
      'AWS::ApiGatewayV2::Integration': integrations,
      'AWS::ApiGatewayV2::Route': served.length + 1,
      'AWS::ApiGatewayV2::Stage': 1,
      'AWS::CloudWatch::Alarm': 25,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::DynamoDB::GlobalTable': 1,
      'AWS::Events::EventBus': 1,
      'AWS::Events::Rule': 6,
      'AWS::IAM::Policy': functions,
      'AWS::IAM::Role': functions,
      'AWS::KMS::Key': 1,
      'AWS::Lambda::EventInvokeConfig': 1,
      'AWS::Lambda::EventSourceMapping': 7,
      'AWS::Lambda::Function': functions,
      // One per route, and one for the minute rule.
      'AWS::Lambda::Permission': served.length + 2,
      'AWS::Logs::LogGroup': functions + 1,
      // One of each function that uses the table, for rows that it cannot read.
      'AWS::Logs::MetricFilter': 5 + tableFunctions + keyedFunctions,
      'AWS::SNS::Topic': 1,
      'AWS::SNS::TopicPolicy': 1,
      'AWS::SQS::Queue': 14,
      'AWS::SQS::QueuePolicy': 14,
      'AWS::SecretsManager::Secret': 1,
    });
  });

  it('deploys every folder of functions/', () => {
    expect(functionNames().filter((name) => !deployed.includes(name))).toEqual([]);
  });

  // CloudFormation replaces a resource whose logical id changes: data, push channels or waiting messages would be lost.
  it('keeps the logical ids of all resources that hold state', () => {
    const stateful = ['AWS::KMS::Key', 'AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret'];
    const ids = [...stateful, 'AWS::SQS::Queue', 'AWS::Events::EventBus'].flatMap((type) =>
      ofType(resources, type).map(([id]) => id),
    );
    expect(ids.sort()).toEqual([
      'BotQueue',
      'BotQueueDeadLetters',
      'EncryptionKey',
      'FollowQueue',
      'FollowQueueDeadLetters',
      'GoogleSyncQueue',
      'GoogleSyncQueueDeadLetters',
      'MicrosoftSyncQueue',
      'MicrosoftSyncQueueDeadLetters',
      'NotificationBus',
      'NotificationQueue',
      'NotificationQueueDeadLetters',
      'RuleQueue',
      'RuleQueueDeadLetters',
      'SigningSecret',
      'Table',
      'WebhookQueue',
      'WebhookQueueDeadLetters',
    ]);
  });

  it('retains key and table when it is deleted', () => {
    const kept = Object.entries(resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    expect(kept.map(([id]) => id)).toEqual(['EncryptionKey', 'Table']);
  });

  it('has no physical names, so that two copies fit into one account', () => {
    const names = Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
      ['FunctionName', 'QueueName', 'TableName', 'RoleName', 'LogGroupName', 'TopicName', 'AlarmName', 'DashboardName']
        .filter((name) => typeof Properties[name] === 'string' && !Type.startsWith('AWS::Lambda::'))
        .map((name) => `${id}.${name}`),
    );
    expect(names).toEqual([]);
  });
});

describe('the HTTP API', () => {
  it('has every route of routes.ts and one for all other requests', () => {
    const keys = properties('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => String(RouteKey));
    expect(keys.sort()).toEqual(['$default', ...served.map(({ key }) => key)].sort());
  });

  it('sends every route to the function that routes.ts names', () => {
    const functionOf = (target: unknown): string => {
      const integration = resources[spell(target).replace('integrations/', '')];
      const lambda = resources[spell(integration?.Properties['IntegrationUri'])];
      return String(lambda?.Metadata['kalends:function']);
    };
    const targets = Object.fromEntries(
      properties('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target }) => [RouteKey, functionOf(Target)]),
    );
    expect(targets).toEqual({
      ...Object.fromEntries(served.map((route) => [route.key, route.function])),
      $default: 'api-service',
    });
  });

  it('is throttled as a whole', () => {
    const [stage] = properties('AWS::ApiGatewayV2::Stage');
    expect(stage?.['DefaultRouteSettings']).toEqual({ ThrottlingBurstLimit: 4000, ThrottlingRateLimit: 2000 });
  });

  it('has a limit for each route: public ones have little, those with a key half of what pushes have', () => {
    const [stage] = ofType(resources, 'AWS::ApiGatewayV2::Stage');
    const settings = z
      .record(z.string(), z.object({ ThrottlingBurstLimit: z.number(), ThrottlingRateLimit: z.number() }))
      .parse(stage?.[1].Properties['RouteSettings']);
    expect(Object.keys(settings).sort()).toEqual([...served.map(({ key }) => key), '$default'].sort());
    const rate = (key: string) => settings[key]?.ThrottlingRateLimit;
    for (const key of ['GET /health', 'GET /openapi.json', '$default']) expect(rate(key)).toBe(50);
    for (const { key, auth } of served) if (auth === 'api_key') expect(rate(key)).toBe(1000);
    for (const key of ['POST /push/google', 'POST /push/microsoft', 'POST /push/attendee/{project}']) {
      expect(rate(key)).toBe(2000);
    }
    for (const { ThrottlingBurstLimit, ThrottlingRateLimit } of Object.values(settings)) {
      expect(ThrottlingBurstLimit).toBe(2 * ThrottlingRateLimit);
    }
  });

  it('logs requests as JSON, without path, query, headers and body, which may hold a secret', () => {
    const [stage] = properties('AWS::ApiGatewayV2::Stage');
    const { Format } = z.object({ Format: z.string() }).parse(stage?.['AccessLogSettings']);
    const variables = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(Format)));
    expect(variables).toContain('$context.requestId');
    expect(variables.filter((variable) => /path|query|header|authorizer|body/i.test(variable))).toEqual([]);
  });
});

describe('a function', () => {
  const functions = properties('AWS::Lambda::Function');

  it('runs on Node 24 and arm64, traced, with JSON logs', () => {
    expect(functions.length).toBe(deployed.length);
    for (const lambda of functions) {
      expect(lambda).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
    }
  });

  it('keeps its log for the time in the settings, as does the API', () => {
    const year = readResources({ logRetentionDays: 365 });
    const days = ofType(year, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties['RetentionInDays']);
    expect(days).toEqual(Array.from({ length: deployed.length + 1 }, () => 365));
  });

  it('that runs every minute is not called again for a minute that failed', () => {
    const [config] = properties('AWS::Lambda::EventInvokeConfig');
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    const rule = properties('AWS::Events::Rule').find(
      ({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)',
    );
    expect(rule?.['Targets']).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
  });
});
