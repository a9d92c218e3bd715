import { type EnvOf, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  RULE_QUEUE_URL: text,
  SIGNING_SECRET: text,
};
export type Env = EnvOf<typeof variables>;
