import * as z from 'zod';
import { RunnerError } from '../runner/runner-error.ts';

const schema = z.object({
  /** Ends by itself after this many changes. */
  KALENDS_DEMO_CHANGES: z.coerce.number().int().positive().optional(),
  KALENDS_API_KEY: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('demo-key'),
  PORT: z.string().optional(),
  KALENDS_DYNAMODB_ENDPOINT: z.string().optional(),
});

/** The demo's settings, from the environment. @throws RunnerError that names the bad one */
export function readDemoSettings(environment: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new RunnerError(`bad settings: ${problems.join('; ')}`);
  }
  const { KALENDS_DEMO_CHANGES, ...stack } = parsed.data;
  return { changes: KALENDS_DEMO_CHANGES ?? Infinity, stack };
}
