import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  GOOGLE_SYNC_QUEUE_URL: z.string(),
  MICROSOFT_SYNC_QUEUE_URL: z.string(),
  BOT_QUEUE_URL: z.string(),
  BOT_LEAD_SECONDS: z.coerce.number<string>(),
  EVENT_BUS_NAME: z.string(),
  SIGNING_SECRET: z.string(),
  /** Where providers reach us; push channels are made only for https, or for loopback addresses. */
  PUBLIC_URL: z.string(),
  WINDOW_PAST_DAYS: z.coerce.number<string>(),
  WINDOW_FUTURE_DAYS: z.coerce.number<string>(),
  EVENT_RETENTION_DAYS: z.coerce.number<string>(),
  CHANGE_RETENTION_DAYS: z.coerce.number<string>(),
  GOOGLE_API_URL: z.string(),
  GOOGLE_OAUTH_URL: z.string(),
  MICROSOFT_GRAPH_URL: z.string(),
  MICROSOFT_LOGIN_URL: z.string(),
  MICROSOFT_TENANT: z.string(),
});
export type Env = z.input<typeof envSchema>;
