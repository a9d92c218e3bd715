import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  GOOGLE_SYNC_QUEUE_URL: z.string(),
  MICROSOFT_SYNC_QUEUE_URL: z.string(),
  BOT_QUEUE_URL: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
});
export type Env = z.input<typeof envSchema>;
