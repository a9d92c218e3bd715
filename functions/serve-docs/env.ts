import type { EnvOf } from '../../shared/platform/parse-env.ts';

export const variables = {};
export type Env = EnvOf<typeof variables>;
