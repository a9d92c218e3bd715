import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  RULE_QUEUE_URL: z.string(),
  SIGNING_SECRET: z.string(),
});
export type Env = z.input<typeof envSchema>;
