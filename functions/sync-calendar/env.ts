import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  GOOGLE_SYNC_QUEUE_URL: text,
  MICROSOFT_SYNC_QUEUE_URL: text,
  BOT_QUEUE_URL: text,
  BOT_LEAD_SECONDS: number,
  EVENT_BUS_NAME: text,
  SIGNING_SECRET: text,
  /** Where providers reach us; push channels are made only for https, or for loopback addresses. */
  PUBLIC_URL: text,
  WINDOW_PAST_DAYS: number,
  WINDOW_FUTURE_DAYS: number,
  EVENT_RETENTION_DAYS: number,
  CHANGE_RETENTION_DAYS: number,
  GOOGLE_API_URL: text,
  GOOGLE_OAUTH_URL: text,
  MICROSOFT_GRAPH_URL: text,
  MICROSOFT_LOGIN_URL: text,
  MICROSOFT_TENANT: text,
  /** Workers of a queue that one project may keep busy. */
  PROJECT_WORKERS: number,
};
export type Env = EnvOf<typeof variables>;
