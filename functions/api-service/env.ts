import { type EnvOf, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  TABLE_NAME: text,
};
export type Env = EnvOf<typeof variables>;
