import { type EnvOf, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  GOOGLE_SYNC_QUEUE_URL: text,
  MICROSOFT_SYNC_QUEUE_URL: text,
  BOT_QUEUE_URL: text,
  WEBHOOK_QUEUE_URL: text,
  FOLLOW_QUEUE_URL: text,
};
export type Env = EnvOf<typeof variables>;
