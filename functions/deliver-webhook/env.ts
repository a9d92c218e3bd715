import type * as z from 'zod';
import { attemptEnvSchema } from '../../shared/webhooks/attempt-env.ts';

export const envSchema = attemptEnvSchema;
export type Env = z.input<typeof envSchema>;
