import { type EnvOf, flag, number, text } from '../../shared/platform/parse-env.ts';
import { readProjectLimits } from '../../shared/projects/project-limits.ts';
import { webhookPorts } from '../../shared/webhooks/egress/webhook-ports.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  BOT_QUEUE_URL: text,
  RULE_QUEUE_URL: text,
  GOOGLE_SYNC_QUEUE_URL: text,
  MICROSOFT_SYNC_QUEUE_URL: text,
  SIGNING_SECRET: text,
  PROJECT_LIMITS: readProjectLimits,
  EVENT_RETENTION_DAYS: number,
  BOT_LEAD_SECONDS: number,
  ALLOW_LOOPBACK_WEBHOOKS: flag,
  WEBHOOK_PORTS: webhookPorts,
};
export type Env = EnvOf<typeof variables>;
