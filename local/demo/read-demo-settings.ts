import * as z from 'zod';
import { LocalError } from '../runner/local-error.ts';

const schema = z.object({
  /** The demo ends after this many changes; it runs until it is stopped when absent. */
  KALENDS_DEMO_CHANGES: z.coerce.number().int().positive().optional(),
  KALENDS_API_KEY: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('demo-key'),
  PORT: z.string().optional(),
  KALENDS_DYNAMODB_ENDPOINT: z.string().optional(),
});

/** Reads the demo's settings from the environment. @throws LocalError that names the settings that are not valid */
export function readDemoSettings(environment: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new LocalError(`bad settings: ${problems.join('; ')}`);
  }
  const { KALENDS_DEMO_CHANGES, ...stack } = parsed.data;
  return { changes: KALENDS_DEMO_CHANGES ?? Infinity, stack };
}
