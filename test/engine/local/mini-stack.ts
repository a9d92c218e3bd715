import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readLocalSettings } from '../../../local/settings.ts';
import type { LocalOptions, Seed } from '../../../local/start-local.ts';
import type { Synthesize } from '../../../local/synthesize.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const lambda = (name: string, exportName: string) => ({
  Type: 'AWS::Lambda::Function',
  Metadata: { 'kalends:function': name },
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'mini.zip' },
    Handler: `index.${exportName}`,
    Runtime: 'nodejs24.x',
    MemorySize: 256,
    Timeout: 10,
    Role: arn('Role'),
    Environment: {
      Variables: {
        TABLE_NAME: { Ref: 'Jobs' },
        QUEUE_URL: { Ref: 'Work' },
        BUS: { Ref: 'Notifications' },
        SECRET: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']] },
      },
    },
  },
});
const mapping = (queue: string, target: string) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { EventSourceArn: arn(queue), FunctionName: { Ref: target } },
});
const route = (RouteKey: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { ApiId: { Ref: 'Api' }, RouteKey, Target: { 'Fn::Sub': 'integrations/${Integration}' } },
});
const key = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];

const resources: Record<string, unknown> = {
  Role: { Type: 'AWS::IAM::Role', Properties: {} },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { PasswordLength: 20 } } },
  Jobs: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: ['pk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key('pk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'by-owner', KeySchema: key('owner'), Projection: { ProjectionType: 'ALL' } },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      Replicas: [{ Region: { Ref: 'AWS::Region' }, DeletionProtectionEnabled: true }],
    },
  },
  Work: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, VisibilityTimeout: 60 } },
  Inbox: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
  Notifications: { Type: 'AWS::Events::EventBus', Properties: { Name: 'notifications' } },
  Announce: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: { Ref: 'Notifications' },
      EventPattern: { source: ['mini'] },
      Targets: [{ Id: 'T', Arn: arn('Inbox') }],
    },
  },
  Minute: {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'T', Arn: arn('Dispatch') }] },
  },
  Serve: lambda('serve-api', 'serve'),
  Worker: lambda('work-job', 'work'),
  Listener: lambda('listen', 'listen'),
  Dispatch: lambda('dispatch-due', 'dispatch'),
  WorkMapping: mapping('Work', 'Worker'),
  InboxMapping: mapping('Inbox', 'Listener'),
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'mini', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arn('Serve'),
      PayloadFormatVersion: '2.0',
    },
  },
  Post: route('POST /jobs/{id}'),
  Get: route('GET /jobs/{id}'),
};

/** Writes a small stack with every kind of resource; `more` adds or replaces resources. */
export const synthesizeMiniStack =
  (more: Record<string, unknown> = {}): Synthesize =>
  async (outdir) => {
    await build({
      entryPoints: [fileURLToPath(new URL('./mini-stack-handlers.ts', import.meta.url))],
      outfile: join(outdir, 'asset', 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const file = { source: { path: 'asset' }, destinations: { current: { objectKey: 'mini.zip' } } };
    await writeFile(join(outdir, 'Mini.assets.json'), JSON.stringify({ files: { asset: file } }));
    await writeFile(join(outdir, 'Mini.template.json'), JSON.stringify({ Resources: { ...resources, ...more } }));
  };

export const seedNothing: Seed = async ({ apiKey }) => ({ projectId: 'proj_mini', apiKey: apiKey ?? 'generated-key' });

/** Options that start the mini stack on a free port. */
export const miniOptions = (
  environment: Record<string, string> = {},
  more: Record<string, unknown> = {},
): LocalOptions => ({
  settings: readLocalSettings({ PORT: '0', ...environment }),
  seed: seedNothing,
  synthesize: synthesizeMiniStack(more),
});
