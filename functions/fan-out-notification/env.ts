import { type EnvOf, flag, number, text } from '../../shared/platform/parse-env.ts';
import { webhookPorts } from '../../shared/webhooks/egress/webhook-ports.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  NOTIFICATION_QUEUE_URL: text,
  WEBHOOK_QUEUE_URL: text,
  BOT_QUEUE_URL: text,
  ALLOW_LOOPBACK_WEBHOOKS: flag,
  WEBHOOK_PORTS: webhookPorts,
  DELIVERY_RETENTION_DAYS: number,
  /** Attempts that one endpoint gets at a time, and per second. */
  ENDPOINT_CONCURRENCY: number,
  ENDPOINT_PER_SECOND: number,
  /** Deliveries that may wait for one endpoint. */
  ENDPOINT_WAITING: number,
  /** Workers of a queue that one project may keep busy. */
  PROJECT_WORKERS: number,
};
export type Env = EnvOf<typeof variables>;
