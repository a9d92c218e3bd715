import { type EnvOf, text } from '../../shared/platform/parse-env.ts';
import { readProjectLimits } from '../../shared/projects/project-limits.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  FOLLOW_QUEUE_URL: text,
  GOOGLE_SYNC_QUEUE_URL: text,
  MICROSOFT_SYNC_QUEUE_URL: text,
  PROJECT_LIMITS: readProjectLimits,
  GOOGLE_API_URL: text,
  GOOGLE_OAUTH_URL: text,
  MICROSOFT_GRAPH_URL: text,
  MICROSOFT_LOGIN_URL: text,
  MICROSOFT_TENANT: text,
};
export type Env = EnvOf<typeof variables>;
