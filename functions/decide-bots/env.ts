import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  BOT_QUEUE_URL: z.string(),
  RULE_QUEUE_URL: z.string(),
  EVENT_RETENTION_DAYS: z.coerce.number<string>(),
  BOT_LEAD_SECONDS: z.coerce.number<string>(),
});
export type Env = z.input<typeof envSchema>;
