import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { IAM_MINIMIZE_POLICIES } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { Settings } from './config.ts';
import { Api } from './constructs/api.ts';
import { BotRules } from './constructs/bot-rules.ts';
import { Bots } from './constructs/bots.ts';
import { FlowDashboard } from './constructs/flow-dashboard.ts';
import { Following } from './constructs/following.ts';
import { SyncPipeline } from './constructs/sync-pipeline.ts';
import { Timers } from './constructs/timers.ts';
import { WebhookDelivery } from './constructs/webhook-delivery.ts';
import { Alarms } from './kit/alarms.ts';
import { EncryptionKey } from './kit/encryption-key.ts';
import { HttpGateway } from './kit/http-gateway.ts';
import { KalendsTable } from './kit/kalends-table.ts';
import { NotificationBus } from './kit/notification-bus.ts';
import { SigningSecret } from './kit/signing-secret.ts';

/** Kalends: each construct owns its queues, functions and alarms; the stack connects them. */
export class KalendsStack extends Stack {
  /** @param props `bundles` is a folder with one bundle per function, which `bundleFunctions` creates */
  constructor(
    scope: Construct,
    id: string,
    { settings, bundles, ...props }: StackProps & { settings: Settings; bundles: string },
  ) {
    super(scope, id, { description: 'Kalends: calendar sync', ...props });
    // Set here, because only the CDK's command line reads cdk.json: every way to synthesize gives the same template.
    this.node.setContext(IAM_MINIMIZE_POLICIES, true);

    const key = new EncryptionKey(this, 'EncryptionKey');
    const alarms = new Alarms(this, 'Alarms', { key, email: settings.alarmEmail });
    const table = new KalendsTable(this, 'Table', { key, alarms });
    const signing = new SigningSecret(this, 'SigningSecret');
    const notifications = new NotificationBus(this, 'NotificationBus');
    const gateway = new HttpGateway(this, 'HttpGateway', { settings, alarms });
    const foundation = { settings, bundles, key, alarms, table, signing, notifications };

    const bots = new Bots(this, 'Bots', { foundation });
    const rules = new BotRules(this, 'BotRules', { foundation, bots });
    const webhooks = new WebhookDelivery(this, 'WebhookDelivery', { foundation, bots });
    const sync = new SyncPipeline(this, 'SyncPipeline', { foundation, bots, publicUrl: gateway.url });
    const following = new Following(this, 'Following', { foundation, sync });
    const timers = new Timers(this, 'Timers', { foundation, sync, webhooks, bots, following });
    const api = new Api(this, 'Api', { foundation, sync, webhooks, bots, rules, publicUrl: gateway.url });
    gateway.serve({ ...api.functions, ...sync.receivers, ...bots.receivers });

    new FlowDashboard(this, 'FlowDashboard', {
      foundation,
      gateway,
      api,
      sync,
      webhooks,
      bots,
      rules,
      following,
      timers,
    });

    new CfnOutput(this, 'ApiUrl', { value: gateway.url });
    new CfnOutput(this, 'TableName', { value: table.name });
    new CfnOutput(this, 'EventBusName', { value: notifications.name });
    new CfnOutput(this, 'EventBusArn', { value: notifications.bus.eventBusArn });
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn });
  }
}
