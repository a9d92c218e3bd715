import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';
import { readProjectLimits } from '../../shared/projects/project-limits.ts';

export const variables = {
  TABLE_NAME: text,
  SIGNING_SECRET: text,
  PROJECT_LIMITS: readProjectLimits,
  CHANGE_RETENTION_DAYS: number,
};
export type Env = EnvOf<typeof variables>;
