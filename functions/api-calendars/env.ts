import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  GOOGLE_SYNC_QUEUE_URL: text,
  MICROSOFT_SYNC_QUEUE_URL: text,
  SIGNING_SECRET: text,
  POSTS_PER_MINUTE: number,
  GOOGLE_API_URL: text,
  GOOGLE_OAUTH_URL: text,
  MICROSOFT_GRAPH_URL: text,
  MICROSOFT_LOGIN_URL: text,
  MICROSOFT_TENANT: text,
};
export type Env = EnvOf<typeof variables>;
