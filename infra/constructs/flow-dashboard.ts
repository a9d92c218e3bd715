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
import type { Alarms } from './alarms.ts';
import type { Flow } from './flow.ts';
import { keyQuotaUse, period, throttledRequests } from './flow-metrics.ts';
import type { KalendsFunction } from './kalends-function.ts';
import type { WorkQueue } from './work-queue.ts';

const sum = { period, statistic: Stats.SUM };
const slow = { period, statistic: Stats.percentile(95) };

/** What happens in a stack, top to bottom in the order of its flow. */
export class FlowDashboard extends Construct {
  constructor(scope: Construct, id: string, { flow, alarms }: { flow: Flow; alarms: Alarms }) {
    super(scope, id);
    const { api, functions, syncQueue, notifications, notificationQueue, webhookQueue, botQueue, ruleQueue, table } =
      flow;
    const [requests, receivers] = [
      Object.values(functions).filter(({ name }) => name.startsWith('api-')),
      Object.values(functions).filter(({ name }) => /^(receive|follow)-/.test(name)),
    ];
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) });
    const rows: IWidget[][] = [
      [new AlarmStatusWidget({ title: 'Alarms (docs/runbook.md)', alarms: alarms.all, width: 24, height: 4 })],
      section('API'),
      [
        graph('Requests', [api.api.metricCount({ period })]),
        graph('Errors', [api.api.metricClientError({ period }), api.api.metricServerError({ period })]),
        graph('Latency p95, ms', [
          api.api.metricLatency(slow),
          ...requests.map(({ lambda }) => lambda.metricDuration(slow)),
        ]),
      ],
      section('Provider push'),
      functionGraphs(receivers),
      section('Sync queue → sync-calendar'),
      queueGraphs(syncQueue),
      functionGraphs([functions['sync-calendar']]),
      section('Table and key'),
      [
        graph('Consumed capacity', [
          table.table.metricConsumedReadCapacityUnits({ period }),
          table.table.metricConsumedWriteCapacityUnits({ period }),
        ]),
        graph('Refused requests', [throttledRequests(flow)]),
        graph('KMS quota used, %', [keyQuotaUse()]),
      ],
      section('Notifications → notification queue → fan-out-notification'),
      [
        graph('Notifications for webhooks', [notifications.metric('Invocations')]),
        graph('Notifications not handed over', [
          notifications.metric('FailedInvocations'),
          notifications.metric('InvocationsSentToDlq'),
        ]),
      ],
      queueGraphs(notificationQueue),
      functionGraphs([functions['fan-out-notification']]),
      section('Webhook queue → deliver-webhook'),
      queueGraphs(webhookQueue),
      functionGraphs([functions['deliver-webhook']]),
      section('Bot queue → hand-off-bot'),
      queueGraphs(botQueue),
      functionGraphs([functions['hand-off-bot']]),
      section('Notifications → rule queue → decide-bots'),
      queueGraphs(ruleQueue),
      functionGraphs([functions['decide-bots']]),
      section('Every minute'),
      functionGraphs([functions['dispatch-due']]),
    ];
    for (const row of rows) dashboard.addWidgets(...row);
  }
}

const section = (title: string): IWidget[] => [new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 })];

const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width: 8 });

const functionGraphs = (functions: KalendsFunction[]): IWidget[] => [
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

const queueGraphs = ({ queue, deadLetters }: WorkQueue): IWidget[] => [
  graph('Messages', [queue.metricNumberOfMessagesSent(sum), queue.metricNumberOfMessagesDeleted(sum)]),
  graph('Age of the oldest message, s', [
    queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
  ]),
  graph('Dead letters', [deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM })]),
];
