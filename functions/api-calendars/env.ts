import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  GOOGLE_SYNC_QUEUE_URL: z.string(),
  MICROSOFT_SYNC_QUEUE_URL: z.string(),
  SIGNING_SECRET: z.string(),
  POSTS_PER_MINUTE: z.coerce.number<string>(),
  GOOGLE_API_URL: z.string(),
  GOOGLE_OAUTH_URL: z.string(),
  MICROSOFT_GRAPH_URL: z.string(),
  MICROSOFT_LOGIN_URL: z.string(),
  MICROSOFT_TENANT: z.string(),
});
export type Env = z.input<typeof envSchema>;
