import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  BOT_QUEUE_URL: text,
  RULE_QUEUE_URL: text,
  EVENT_RETENTION_DAYS: number,
  BOT_LEAD_SECONDS: number,
  /** Workers of a queue that one project may keep busy. */
  PROJECT_WORKERS: number,
};
export type Env = EnvOf<typeof variables>;
