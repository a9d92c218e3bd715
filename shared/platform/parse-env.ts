import type * as z from 'zod';

/** Reads the environment once at start-up. @throws Error that names missing and malformed variables, never their values */
export function parseEnv<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new Error(`environment: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}
