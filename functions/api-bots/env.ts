import * as z from 'zod';
import { webhookPortsSchema } from '../../shared/webhooks/egress/webhook-ports.ts';

export const envSchema = z.object({
  TABLE_NAME: z.string(),
  KEY_ARN: z.string(),
  BOT_QUEUE_URL: z.string(),
  RULE_QUEUE_URL: z.string(),
  SIGNING_SECRET: z.string(),
  POSTS_PER_MINUTE: z.coerce.number<string>(),
  EVENT_RETENTION_DAYS: z.coerce.number<string>(),
  BOT_LEAD_SECONDS: z.coerce.number<string>(),
  ALLOW_LOOPBACK_WEBHOOKS: z.stringbool(),
  WEBHOOK_PORTS: webhookPortsSchema,
});
export type Env = z.input<typeof envSchema>;
