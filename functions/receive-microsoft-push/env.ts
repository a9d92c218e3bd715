import * as z from 'zod';

export const envSchema = z.object({
  MICROSOFT_SYNC_QUEUE_URL: z.string(),
  SIGNING_SECRET: z.string(),
  DEBOUNCE_WIDTH_MS: z.coerce.number<string>(),
});
export type Env = z.input<typeof envSchema>;
