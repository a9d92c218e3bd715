import { type EnvOf, flag, number, text } from '../../shared/platform/parse-env.ts';
import { webhookPorts } from '../../shared/webhooks/egress/webhook-ports.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  BOT_QUEUE_URL: text,
  EVENT_BUS_NAME: text,
  EVENT_RETENTION_DAYS: number,
  BOT_LEAD_SECONDS: number,
  ALLOW_LOOPBACK_WEBHOOKS: flag,
  WEBHOOK_PORTS: webhookPorts,
  /** Workers of a queue that one project may keep busy. */
  PROJECT_WORKERS: number,
};
export type Env = EnvOf<typeof variables>;
