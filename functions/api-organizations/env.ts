import { type EnvOf, text } from '../../shared/platform/parse-env.ts';
import { readProjectLimits } from '../../shared/projects/project-limits.ts';

export const variables = {
  TABLE_NAME: text,
  KEY_ARN: text,
  SIGNING_SECRET: text,
  PROJECT_LIMITS: readProjectLimits,
};
export type Env = EnvOf<typeof variables>;
