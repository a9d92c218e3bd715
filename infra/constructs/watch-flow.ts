import type { Alarms } from './alarms.ts';
import type { Flow } from './flow.ts';
import { exhaustedWebhooks, keyQuotaUse, operatorRefusals, period, throttledRequests } from './flow-metrics.ts';

const quarterHour = 15 * 60;

/** Sets the alarms of a stack. Each has an entry in `docs/runbook.md`; what only slows a retry has none. */
export function watchFlow(alarms: Alarms, flow: Flow): void {
  const { api, functions, syncQueue, notificationQueue, webhookQueue, botQueue, ruleQueue } = flow;

  alarms.add('api-server-errors', {
    errorImpact: 'Your application gets 5xx answers from Kalends, or a provider cannot push.',
    runbook: 'api-server-errors',
    metric: api.api.metricServerError({ period }),
    above: 4,
  });
  alarms.add('sync-dead-letters', {
    errorImpact: syncQueue.deadLetterImpact,
    runbook: 'sync-dead-letters',
    metric: syncQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  });
  alarms.add('operator-refused', {
    errorImpact: 'Calendars are not synced: a provider refuses your OAuth client or project, not your users.',
    runbook: 'operator-refused',
    metric: operatorRefusals(functions['sync-calendar']),
    above: 0,
  });
  alarms.add('sync-backlog', {
    errorImpact: 'Calendars are more than a quarter of an hour behind their providers.',
    runbook: 'sync-backlog',
    metric: syncQueue.queue.metricApproximateAgeOfOldestMessage({ period }),
    above: quarterHour,
    // A single calendar may wait that long for its provider (Retry-After); a backlog stays.
    periods: 3,
  });
  alarms.add('notification-dead-letters', {
    errorImpact: notificationQueue.deadLetterImpact,
    runbook: 'notification-dead-letters',
    metric: notificationQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  });
  alarms.add('notification-backlog', {
    errorImpact: 'All applications are told of changes more than a minute late.',
    runbook: 'notification-backlog',
    metric: notificationQueue.queue.metricApproximateAgeOfOldestMessage({ period }),
    above: 60,
    periods: 2,
  });
  alarms.add('webhook-dead-letters', {
    errorImpact: webhookQueue.deadLetterImpact,
    runbook: 'webhook-dead-letters',
    metric: webhookQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  });
  alarms.add('bot-dead-letters', {
    errorImpact: botQueue.deadLetterImpact,
    runbook: 'bot-dead-letters',
    metric: botQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  });
  alarms.add('bot-backlog', {
    errorImpact: 'Bots come late to their meetings: hand-offs have waited for more than two minutes.',
    runbook: 'bot-backlog',
    metric: botQueue.queue.metricApproximateAgeOfOldestMessage({ period }),
    above: 2 * 60,
  });
  alarms.add('rule-dead-letters', {
    errorImpact: ruleQueue.deadLetterImpact,
    runbook: 'rule-dead-letters',
    metric: ruleQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    above: 0,
  });
  alarms.add('rule-backlog', {
    errorImpact: 'Meetings get the bots that rules want for them more than a quarter of an hour late.',
    runbook: 'rule-backlog',
    metric: ruleQueue.queue.metricApproximateAgeOfOldestMessage({ period }),
    above: quarterHour,
  });
  alarms.add('webhooks-exhausted', {
    errorImpact:
      'An application misses changes until it asks for them: its endpoint was stopped, or did not take them.',
    runbook: 'webhooks-exhausted',
    metric: exhaustedWebhooks(functions['deliver-webhook'], functions['fan-out-notification']),
    above: 0,
  });
  alarms.add('webhook-backlog', {
    errorImpact: 'Some applications are told of changes more than five minutes late.',
    runbook: 'webhook-backlog',
    metric: webhookQueue.queue.metricApproximateAgeOfOldestMessage({ period }),
    above: 5 * 60,
    // Nothing stays in this queue on purpose for longer than its delay, two minutes.
    periods: 2,
  });
  alarms.add('dispatch-due-stopped', {
    errorImpact:
      'Nothing that is due happens: channels expire, failed syncs and webhooks are not repeated, bots not handed off.',
    runbook: 'dispatch-due-stopped',
    metric: functions['dispatch-due'].lambda.metricInvocations({ period }),
    below: 1,
    periods: 2,
    alarmWithoutData: true,
  });
  alarms.add('table-throttles', {
    errorImpact: 'Requests and syncs of all projects are slow or fail: DynamoDB refuses calls for their rate.',
    runbook: 'table-throttles',
    metric: throttledRequests(flow),
    above: 0,
    periods: 2,
  });
  alarms.add('key-quota', {
    errorImpact: 'Soon no credentials can be opened and no calendar synced: KMS is at four fifths of its rate.',
    runbook: 'key-quota',
    metric: keyQuotaUse(),
    above: 80,
    periods: 5,
  });

  for (const { name, lambda, errorImpact } of Object.values(functions)) {
    alarms.add(`${name}-errors`, {
      errorImpact,
      runbook: 'function-errors',
      metric: lambda.metricErrors({ period }),
      above: 2,
    });
    alarms.add(`${name}-throttles`, {
      errorImpact: `${errorImpact} The account has no free Lambda executions.`,
      runbook: 'function-throttles',
      metric: lambda.metricThrottles({ period }),
      above: 0,
      periods: 2,
    });
  }
}
