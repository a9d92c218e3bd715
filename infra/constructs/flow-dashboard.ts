import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Foundation } from '../kit/foundation.ts';
import type { HttpGateway } from '../kit/http-gateway.ts';
import type { KalendsFunction } from '../kit/kalends-function.ts';
import { metricPeriod as period } from '../kit/metric-period.ts';
import { refusedRequests } from '../kit/refused-requests.ts';
import type { WorkQueue } from '../kit/work-queue.ts';
import type { Api } from './api.ts';
import type { BotRules } from './bot-rules.ts';
import type { Bots } from './bots.ts';
import type { Following } from './following.ts';
import type { SyncPipeline } from './sync-pipeline.ts';
import type { Timers } from './timers.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';

interface Flow {
  foundation: Foundation;
  gateway: HttpGateway;
  api: Api;
  sync: SyncPipeline;
  webhooks: WebhookDelivery;
  bots: Bots;
  rules: BotRules;
  following: Following;
  timers: Timers;
}

const sum = { period, statistic: Stats.SUM };
const maximum = { period, statistic: Stats.MAXIMUM };
const slow = { period, statistic: Stats.percentile(95) };

/** A dashboard of the whole stack, from top to bottom in the order of its flow. */
export class FlowDashboard extends Construct {
  constructor(scope: Construct, id: string, flow: Flow) {
    super(scope, id);
    const { gateway, api, sync, webhooks, bots, rules, following, timers } = flow;
    const { key, table, notifications, alarms } = flow.foundation;
    const rows: IWidget[][] = [
      [new AlarmStatusWidget({ title: 'Alarms (docs/runbook.md)', alarms: alarms.all, width: 24, height: 4 })],
      section('API'),
      [
        graph('Requests', [gateway.api.metricCount({ period })]),
        graph('Errors', [gateway.api.metricClientError({ period }), gateway.api.metricServerError({ period })]),
        graph('Latency p95, ms', [
          gateway.api.metricLatency(slow),
          ...Object.values(api.functions).map(({ lambda }) => lambda.metricDuration(slow)),
        ]),
        graph('Requests beyond limits of projects', [refusedRequests(this)]),
      ],
      section('Provider push'),
      functionGraphs(...Object.values(sync.receivers), ...Object.values(bots.receivers)),
      section('Sync queues → sync-calendar'),
      queueGraphs(sync.queues.google, 'Google: '),
      queueGraphs(sync.queues.microsoft, 'Microsoft: '),
      functionGraphs(sync.worker),
      section('Table and key'),
      [
        graph('Consumed capacity', [
          table.table.metricConsumedReadCapacityUnits({ period }),
          table.table.metricConsumedWriteCapacityUnits({ period }),
        ]),
        graph('Refused requests', [table.throttledRequests()]),
        graph('KMS quota used, %', [key.quotaUse]),
      ],
      section('Notifications → notification queue → fan-out-notification'),
      [
        graph('Notifications for webhooks', [notifications.metric(webhooks.fromBus, 'Invocations')]),
        graph('Notifications not delivered to the queue', [
          notifications.metric(webhooks.fromBus, 'FailedInvocations'),
          notifications.metric(webhooks.fromBus, 'InvocationsSentToDlq'),
        ]),
      ],
      queueGraphs(webhooks.notificationQueue),
      functionGraphs(webhooks.fanOut),
      section('Webhook queue → deliver-webhook'),
      queueGraphs(webhooks.queue),
      functionGraphs(webhooks.worker),
      section('Bot queue → hand-off-bot'),
      queueGraphs(bots.queue),
      functionGraphs(bots.worker),
      section('Notifications → rule queue → decide-bots'),
      queueGraphs(rules.queue),
      functionGraphs(rules.worker),
      section('Follow queue → follow-accounts'),
      queueGraphs(following.queue),
      functionGraphs(following.worker),
      section('Every minute → dispatch-due'),
      functionGraphs(timers.dispatcher),
    ];
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) });
    for (const row of rows) dashboard.addWidgets(...row);
  }
}

const section = (title: string): IWidget[] => [new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 })];

const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width: 8 });

const functionGraphs = (...functions: KalendsFunction[]): IWidget[] => [
  graph(
    'Invocations',
    functions.map(({ lambda }) => lambda.metricInvocations(sum)),
  ),
  graph(
    'Errors and throttles',
    functions.flatMap(({ lambda }) => [lambda.metricErrors(sum), lambda.metricThrottles(sum)]),
  ),
  graph(
    'Duration p95, ms',
    functions.map(({ lambda }) => lambda.metricDuration(slow)),
  ),
];

/** @param of what the queue is for, where a section has several */
const queueGraphs = ({ queue, deadLetters }: WorkQueue, of = ''): IWidget[] => [
  graph(`${of}Messages`, [queue.metricNumberOfMessagesSent(sum), queue.metricNumberOfMessagesDeleted(sum)]),
  graph(`${of}Age of the oldest message, s`, [queue.metricApproximateAgeOfOldestMessage(maximum)]),
  graph(`${of}Dead letters`, [deadLetters.metricApproximateNumberOfMessagesVisible(maximum)]),
];
