import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNotificationBus, type NotificationBus } from '../../shared/notifications/notification-bus.ts';
import { createEventBridgeClient } from '../../shared/platform/aws/event-bridge-client.ts';
import { newCalendarId } from '../../shared/platform/ids.ts';
import { percentile } from '../demo/percentile.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../runner/local-account.ts';
import type { LocalStack } from '../start-local.ts';
import type { BenchContext } from './bench-context.ts';

export interface FanOutFigures {
  per_second: number;
  notifications: number;
  /** From the publication on the bus to the arrival at the endpoint. */
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  missing: number;
}

const perSecond = 100;
const seconds = 30;
const arrivalLimitMs = 60_000;

/**
 * Measures notifications of a hundred changes a second for half a minute, each to an endpoint that answers at once. They
 * are published on the bus as syncs do it: a hundred syncs a second are more than this machine can run beside.
 */
export async function measureFanOut(
  { api, receiver, progress }: BenchContext,
  { projectId, busNames, eventBridgeEndpoint }: Pick<LocalStack, 'projectId' | 'busNames' | 'eventBridgeEndpoint'>,
): Promise<FanOutFigures> {
  const path = '/fan-out';
  await api.post('/webhooks', { url: `${receiver.url}${path}`, triggers: ['calendar.first_sync'] });
  const published = new Map<string, number>();
  const times: number[] = [];
  receiver.onWebhook((webhook) => {
    const sentAt = published.get(webhook.body.idempotency_key);
    if (webhook.path !== path || sentAt === undefined) return;
    published.delete(webhook.body.idempotency_key);
    times.push(webhook.at - sentAt);
  });
  const env = {
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridgeEndpoint,
  };
  const bus = createNotificationBus(createEventBridgeClient({ env }), busNames[0] ?? '');
  const startedAt = Date.now();
  for (let second = 0; second < seconds; second += 1) {
    progress(`fan-out: second ${second + 1} of ${seconds}`);
    // Ten in a request, as many as the bus takes.
    for (let part = 0; part < perSecond / 10; part += 1) {
      await sleep(Math.max(0, startedAt + 1000 * second + 10_000 * (part / perSecond) - Date.now()));
      await publish(bus, projectId, published);
    }
  }
  const count = perSecond * seconds;
  for (const end = Date.now() + arrivalLimitMs; times.length < count && Date.now() < end; ) await sleep(100);
  return {
    per_second: perSecond,
    notifications: count,
    p50_ms: percentile(times, 50),
    p95_ms: percentile(times, 95),
    p99_ms: percentile(times, 99),
    missing: count - times.length,
  };
}

async function publish(bus: NotificationBus, projectId: string, published: Map<string, number>): Promise<void> {
  const notifications = Array.from({ length: 10 }, () => ({
    project_id: projectId,
    payload: {
      idempotency_key: randomUUID(),
      calendar_id: newCalendarId(),
      calendar_deduplication_key: null,
      calendar_metadata: null,
      trigger: 'calendar.first_sync' as const,
      data: { state: 'connected', connection_failure_data: null },
    },
  }));
  const now = Date.now();
  for (const { payload } of notifications) published.set(payload.idempotency_key, now);
  const refused = (await bus.publishAll(notifications)).filter((code) => code !== null);
  if (refused.length > 0) throw new Error(`the bus refused ${refused.length} notifications: ${refused[0]}`);
}
