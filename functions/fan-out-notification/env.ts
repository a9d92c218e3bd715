import * as z from 'zod';
import { attemptEnvSchema } from '../../shared/webhooks/attempt-env.ts';

export const envSchema = attemptEnvSchema.extend({ NOTIFICATION_QUEUE_URL: z.string() });
export type Env = z.input<typeof envSchema>;
