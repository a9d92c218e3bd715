import * as z from 'zod';
import { webhookPortsSchema } from '../../shared/webhooks/egress/webhook-ports.ts';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  BOT_QUEUE_URL: z.string(),
  EVENT_BUS_NAME: z.string(),
  EVENT_RETENTION_DAYS: z.coerce.number<string>(),
  BOT_LEAD_SECONDS: z.coerce.number<string>(),
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
  WEBHOOK_PORTS: webhookPortsSchema,
});
export type Env = z.input<typeof envSchema>;
