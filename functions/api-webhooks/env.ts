import * as z from 'zod';
import { webhookPortsSchema } from '../../shared/webhooks/egress/webhook-ports.ts';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
  SIGNING_SECRET: z.string(),
  DELIVERY_RETENTION_DAYS: z.coerce.number<string>(),
  /** `true` lets `http://` endpoints on loopback in, for local mode. */
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
  WEBHOOK_PORTS: webhookPortsSchema,
});
export type Env = z.input<typeof envSchema>;
