import { randomUUID } from 'node:crypto';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { createMeetingHosts } from '../../shared/bots/meeting-hosts-store.ts';
import { createContentPolicies } from '../../shared/content-policy/content-policy-store.ts';
import { createNotificationBus } from '../../shared/notifications/notification-bus.ts';
import { createEventBridgeClient } from '../../shared/platform/aws/event-bridge-client.ts';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { createProviders } from '../../shared/providers/providers.ts';
import { openTable } from '../../shared/store/table.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { createSyncCalendar } from '../../shared/sync/work-sync-queue.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const clock = createClock();
const base = { table: openTable(env.TABLE_NAME), clock, random: Math.random, logger: createLogger() };
const sqs = createSqsClient();
const queueUrls = { google: env.GOOGLE_SYNC_QUEUE_URL, microsoft: env.MICROSOFT_SYNC_QUEUE_URL };

/** A half of a project's share are leases, the other half are groups in which the rest of its long runs wait. */
const size = Math.ceil(env.PROJECT_WORKERS / 2);
const leaseMs = functionTimeoutMs.sync;

export const handler = createSyncCalendar({
  ...base,
  shares: {
    google: laneShare(base, { lane: 'google-sync', size, leaseMs }),
    microsoft: laneShare(base, { lane: 'microsoft-sync', size, leaseMs }),
  },
  longGroups: Math.max(1, env.PROJECT_WORKERS - size),
  findMeetingHosts: createMeetingHosts(base.table, clock),
  findContentPolicy: createContentPolicies(base.table, clock),
  providers: createProviders(
    {
      google: { apiUrl: env.GOOGLE_API_URL, oauthUrl: env.GOOGLE_OAUTH_URL },
      microsoft: { graphUrl: env.MICROSOFT_GRAPH_URL, loginUrl: env.MICROSOFT_LOGIN_URL, tenant: env.MICROSOFT_TENANT },
    },
    clock,
  ),
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  bus: createNotificationBus(createEventBridgeClient(), env.EVENT_BUS_NAME),
  sqs,
  queues: createSyncQueues(sqs, queueUrls),
  queueUrls,
  botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  newId: randomUUID,
  signingSecret: env.SIGNING_SECRET,
  publicUrl: env.PUBLIC_URL,
  window: { pastDays: env.WINDOW_PAST_DAYS, futureDays: env.WINDOW_FUTURE_DAYS },
  retention: { eventDays: env.EVENT_RETENTION_DAYS, logDays: env.CHANGE_RETENTION_DAYS },
});
