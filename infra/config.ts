import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { debounceMarginMs } from '../shared/platform/timing.ts';
import { largestLimits } from '../shared/projects/project-limits.ts';
import { leaseNumbers } from '../shared/webhooks/endpoint-traffic.ts';
import { mostShareLeases } from '../shared/worker-shares/share-row.ts';

/**
 * Every difference between two deployments, on one screen. Values come from the `settings` object in the context of
 * `cdk.json`; the JSON in `KALENDS_SETTINGS`, which local mode sets, overrides them. Unknown names are refused.
 */
export const settingsSchema = z.strictObject({
  stackName: z.string().default('Kalends'),
  /** Address at which clients and providers reach the API, without a trailing slash; default: the API's own address. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),

  /** Events are kept if they overlap [now − past, now + future], in days (docs/api-compatibility.md#what-is-synchronized). */
  windowPastDays: z.number().min(0).max(400).default(1),
  windowFutureDays: z.number().min(1).max(400).default(28),

  /** How long events are stored after their end, and deleted events after their deletion, in days. */
  eventRetentionDays: z.number().int().min(2).max(3650).default(60),
  /** How far the change feed and the sync log reach back, in days. */
  changeRetentionDays: z.number().int().min(2).max(365).default(30),

  /** How long before its meeting a bot is handed off to its runner, in seconds. */
  botLeadSeconds: z.number().int().min(0).max(3600).default(120),

  /**
   * Limits of a project, beyond which it gets 429 (docs/api-compatibility.md#limits). The CLI overrides them for a project.
   * A read counts as a tenth of a POST.
   */
  postsPerMinute: z.number().int().min(1).max(largestLimits.posts_per_minute).default(3000),
  botsPerMinute: z.number().int().min(1).max(largestLimits.bots_per_minute).default(3000),
  manualSyncsPerMinute: z.number().int().min(1).max(largestLimits.manual_syncs_per_minute).default(600),
  windowChangesPerMinute: z.number().int().min(1).max(largestLimits.window_changes_per_minute).default(60),
  feedReadsPerMinute: z.number().int().min(1).max(largestLimits.feed_reads_per_minute).default(600),
  calendarsPerProject: z.number().int().min(1).max(largestLimits.calendars).default(200_000),
  webhooksPerProject: z.number().int().min(1).max(largestLimits.webhooks).default(50),

  /** Width of a debounce bucket, and delay of the sync queue: at least the width plus the clock skew of senders. */
  debounceWidthMs: z.number().int().positive().default(500),
  debounceDelaySeconds: z.number().int().min(1).max(900).default(1),

  /** Messages of each queue that are worked at the same time (docs/scale.md). AWS allows from 2 to 1,000. */
  workersPerQueue: z.number().int().min(2).max(1000).default(100),
  /**
   * Workers of each queue that one project may keep busy with work that takes long (docs/scale.md#fair-shares); default: a
   * quarter of them.
   */
  projectWorkers: z.number().int().min(1).max(mostShareLeases).optional(),

  googleApiUrl: z.url().default('https://www.googleapis.com'),
  /** Where users sign in and consent. */
  googleAuthUrl: z.url().default('https://accounts.google.com'),
  googleOauthUrl: z.url().default('https://oauth2.googleapis.com'),
  microsoftGraphUrl: z.url().default('https://graph.microsoft.com'),
  microsoftLoginUrl: z.url().default('https://login.microsoftonline.com'),
  /** Tenant at which tokens are refreshed: `common`, or the one tenant that the app is registered for. */
  microsoftTenant: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('common'),

  /** Ports that webhooks may be sent to. Others are refused when the endpoint is created, and at every delivery. */
  webhookPorts: z.array(z.int().min(1).max(65_535)).min(1).default([443]),
  /** Allows plain http endpoints on loopback, on any port. For local mode and tests, never in the cloud. */
  allowLoopbackWebhooks: z.boolean().default(false),

  /** How long a delivery can be read and replayed, in days. */
  deliveryRetentionDays: z.number().int().min(7).max(365).default(30),
  /** Limits of one webhook endpoint: attempts per second and, unless it answers fast, attempts at a time. */
  endpointPerSecond: z.number().int().min(1).max(500).default(50),
  endpointConcurrency: z.number().int().min(1).max(leaseNumbers.length).default(4),

  /** Mail address that receives every alarm; without it, alarms go to their topic and the dashboard only. */
  alarmEmail: z.email().optional(),
  /** How long log groups keep lines: 7, 30, 90 or 365 days. */
  logRetentionDays: z
    .literal([RetentionDays.ONE_WEEK, RetentionDays.ONE_MONTH, RetentionDays.THREE_MONTHS, RetentionDays.ONE_YEAR])
    .default(RetentionDays.ONE_MONTH),
});

export type Settings = z.output<typeof settingsSchema>;

/**
 * @param context the `settings` object of the CDK context, if any
 * @param override JSON text of the `KALENDS_SETTINGS` variable, if set
 * @throws Error naming the offending settings, never their values
 */
export function readSettings(context: unknown, override: string | undefined): Settings {
  const given = { ...(context as object | undefined), ...(override ? (JSON.parse(override) as object) : {}) };
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`);
    throw new Error(`Kalends settings are not valid.\n  ${faults.join('\n  ')}`);
  }
  const settings = parsed.data;
  if (settings.debounceDelaySeconds * 1000 < settings.debounceWidthMs + debounceMarginMs) {
    throw new Error(
      `Kalends settings are not valid.\n  debounceDelaySeconds: must exceed debounceWidthMs by ${debounceMarginMs} ms`,
    );
  }
  return settings;
}
