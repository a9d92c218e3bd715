import { type EnvOf, number, text } from '../../shared/platform/parse-env.ts';

export const variables = {
  GOOGLE_SYNC_QUEUE_URL: text,
  SIGNING_SECRET: text,
  DEBOUNCE_WIDTH_MS: number,
};
export type Env = EnvOf<typeof variables>;
