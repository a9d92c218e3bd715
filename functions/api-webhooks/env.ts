import * as z from 'zod';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  /** `true` lets `http://` endpoints on loopback in, for local mode. */
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
});
export type Env = z.input<typeof envSchema>;
