import type * as z from 'zod';
import { ProviderError } from './provider-error.ts';

/**
 * The parts of an answer that we go by. @throws ProviderError `retry` when they are not there: an answer of another shape
 * is a passing fault of the provider, or of something between us
 */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ProviderError({ kind: 'retry' }, 'odd_answer', 'the answer is not of the documented shape');
}
