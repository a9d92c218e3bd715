import type { ProjectLimits } from '../../shared/projects/project-limits.ts';
import { mostShareLeases } from '../../shared/worker-shares/share-row.ts';
import type { Settings } from '../config.ts';
import type { Needs } from './granted.ts';

/** A quarter of the workers. */
const defaultShare = (workersPerQueue: number): number =>
  Math.min(Math.max(1, Math.floor(workersPerQueue / 4)), mostShareLeases);

const projectLimitsOf = (settings: Settings): ProjectLimits => ({
  posts_per_minute: settings.postsPerMinute,
  bots_per_minute: settings.botsPerMinute,
  manual_syncs_per_minute: settings.manualSyncsPerMinute,
  window_changes_per_minute: settings.windowChangesPerMinute,
  feed_reads_per_minute: settings.feedReadsPerMinute,
  calendars: settings.calendarsPerProject,
  webhooks: settings.webhooksPerProject,
});

/** Variables that pass a setting on to a function. */
const variables = {
  ALLOW_LOOPBACK_WEBHOOKS: ({ allowLoopbackWebhooks }) => String(allowLoopbackWebhooks),
  BOT_LEAD_SECONDS: ({ botLeadSeconds }) => String(botLeadSeconds),
  CHANGE_RETENTION_DAYS: ({ changeRetentionDays }) => String(changeRetentionDays),
  DEBOUNCE_WIDTH_MS: ({ debounceWidthMs }) => String(debounceWidthMs),
  DELIVERY_RETENTION_DAYS: ({ deliveryRetentionDays }) => String(deliveryRetentionDays),
  ENDPOINT_CONCURRENCY: ({ endpointConcurrency }) => String(endpointConcurrency),
  ENDPOINT_PER_SECOND: ({ endpointPerSecond }) => String(endpointPerSecond),
  ENDPOINT_WAITING: ({ endpointWaiting }) => String(endpointWaiting),
  EVENT_RETENTION_DAYS: ({ eventRetentionDays }) => String(eventRetentionDays),
  GOOGLE_API_URL: ({ googleApiUrl }) => googleApiUrl,
  GOOGLE_AUTH_URL: ({ googleAuthUrl }) => googleAuthUrl,
  GOOGLE_OAUTH_URL: ({ googleOauthUrl }) => googleOauthUrl,
  MICROSOFT_GRAPH_URL: ({ microsoftGraphUrl }) => microsoftGraphUrl,
  MICROSOFT_LOGIN_URL: ({ microsoftLoginUrl }) => microsoftLoginUrl,
  MICROSOFT_TENANT: ({ microsoftTenant }) => microsoftTenant,
  PROJECT_WORKERS: ({ workersPerQueue, projectWorkers }) => String(projectWorkers ?? defaultShare(workersPerQueue)),
  PROJECT_LIMITS: (settings) => JSON.stringify(projectLimitsOf(settings)),
  WEBHOOK_PORTS: ({ webhookPorts }) => webhookPorts.join(','),
  WINDOW_FUTURE_DAYS: ({ windowFutureDays }) => String(windowFutureDays),
  WINDOW_PAST_DAYS: ({ windowPastDays }) => String(windowPastDays),
} satisfies Record<string, (settings: Settings) => string>;

/** Variables of these names with the values of the settings. `fn` must ask for each of them. */
export const fromSettings = <Name extends keyof typeof variables>(
  _fn: Needs<Name>,
  settings: Settings,
  ...names: Name[]
): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, variables[name](settings)])) as Record<Name, string>;
