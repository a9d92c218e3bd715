import * as z from 'zod';
import { webhookPortsSchema } from './egress/webhook-ports.ts';

/** Environment of a function that sends webhooks. */
export const attemptEnvSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
  WEBHOOK_PORTS: webhookPortsSchema,
  DELIVERY_RETENTION_DAYS: z.coerce.number<string>(),
  /** The most that is sent to one endpoint: attempts at a time, and in a second. */
  ENDPOINT_CONCURRENCY: z.coerce.number<string>(),
  ENDPOINT_PER_SECOND: z.coerce.number<string>(),
});
