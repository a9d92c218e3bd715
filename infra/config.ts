import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

/**
 * Everything in which one Kalends may differ from another, on one screen. Values come from the `settings` object of
 * `cdk.json`'s context, overridden by the JSON in `KALENDS_SETTINGS` (which local mode sets). Unknown names are refused.
 */
const settingsSchema = z.strictObject({
  stackName: z.string().default('Kalends'),
  /** Address providers and clients reach us at, without a trailing slash; default: the API's own address. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),

  /** Which events are kept: those overlapping [now − past, now + future], in days (docs/api-compatibility.md#what-is-synchronized). */
  windowPastDays: z.number().min(0).max(400).default(1),
  windowFutureDays: z.number().min(1).max(400).default(28),

  /** How long events are kept after their end, and deleted ones after their deletion, in days. */
  eventRetentionDays: z.number().int().min(2).max(3650).default(60),
  /** How long the change feed and the sync log reach back, in days. */
  changeRetentionDays: z.number().int().min(2).max(365).default(30),

  /** How long before its meeting a bot is handed off to its runner, in seconds. */
  botLeadSeconds: z.number().int().min(0).max(3600).default(120),

  /** POSTs a project may send per minute before 429 (docs/api-compatibility.md#conventions). */
  postsPerMinute: z.number().int().positive().default(3000),

  /** Width W of a debounce bucket and delay D of the sync queue; D must be at least W plus the clock skew of senders. */
  debounceWidthMs: z.number().int().positive().default(500),
  debounceDelaySeconds: z.number().int().min(1).max(900).default(1),

  googleApiUrl: z.url().default('https://www.googleapis.com'),
  googleOauthUrl: z.url().default('https://oauth2.googleapis.com'),
  microsoftGraphUrl: z.url().default('https://graph.microsoft.com'),
  microsoftLoginUrl: z.url().default('https://login.microsoftonline.com'),
  /** Where tokens are refreshed: `common`, or the tenant of an app that is registered for that one alone. */
  microsoftTenant: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('common'),

  /** Ports webhooks may be sent to; others are refused when the endpoint is made, and at every delivery. */
  webhookPorts: z.array(z.int().min(1).max(65_535)).min(1).default([443]),
  /** Webhook endpoints may be plain http on loopback, on any port: for local mode and tests, never in the cloud. */
  allowLoopbackWebhooks: z.boolean().default(false),

  /** How long a delivery stays in its endpoint's log, where it can be read and replayed. */
  deliveryRetentionDays: z.number().int().min(7).max(365).default(30),
  /** The most that is sent to one webhook endpoint: in a second, and, unless it answers fast, at a time. */
  endpointPerSecond: z.number().int().min(1).max(500).default(50),
  endpointConcurrency: z.number().int().min(1).max(20).default(4),

  /** Receives every alarm; without it alarms are only shown. */
  alarmEmail: z.email().optional(),
  /** 7, 30, 90 or 365. */
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
  if (settings.debounceDelaySeconds * 1000 < settings.debounceWidthMs + 250) {
    throw new Error('Kalends settings are not valid.\n  debounceDelaySeconds: must exceed debounceWidthMs by 250 ms');
  }
  return settings;
}
