import { type EnvOf, flag, number, text } from '../../shared/platform/parse-env.ts';
import { readProjectLimits } from '../../shared/projects/project-limits.ts';
import { webhookPorts } from '../../shared/webhooks/egress/webhook-ports.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  WEBHOOK_QUEUE_URL: text,
  BOT_QUEUE_URL: text,
  SIGNING_SECRET: text,
  PROJECT_LIMITS: readProjectLimits,
  DELIVERY_RETENTION_DAYS: number,
  /** `true` lets `http://` endpoints on loopback in, for local mode. */
  ALLOW_LOOPBACK_WEBHOOKS: flag,
  WEBHOOK_PORTS: webhookPorts,
};
export type Env = EnvOf<typeof variables>;
