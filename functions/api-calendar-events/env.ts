import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  SIGNING_SECRET: z.string(),
  CHANGE_RETENTION_DAYS: z.coerce.number<string>(),
});
export type Env = z.input<typeof envSchema>;
