import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
});
export type Env = z.input<typeof envSchema>;
