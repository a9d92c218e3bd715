import * as z from 'zod';
import { webhookPortsSchema } from '../../shared/webhooks/egress/webhook-ports.ts';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
  WEBHOOK_PORTS: webhookPortsSchema,
  DELIVERY_RETENTION_DAYS: z.coerce.number<string>(),
  /** Attempts that one endpoint gets at a time, and per second. */
  ENDPOINT_CONCURRENCY: z.coerce.number<string>(),
  ENDPOINT_PER_SECOND: z.coerce.number<string>(),
});
export type Env = z.input<typeof envSchema>;
