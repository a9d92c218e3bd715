import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
  SIGNING_SECRET: text,
  CHANGE_RETENTION_DAYS: number,
};
export type Env = EnvOf<typeof variables>;
