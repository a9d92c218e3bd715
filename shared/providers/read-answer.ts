import type * as z from 'zod';
import { ProviderError } from './provider-error.ts';

/**
 * Parses the parts of an answer that we read.
 *
 * @throws ProviderError `answer_unreadable` when they are missing: an answer of another shape is a passing failure of the provider or
 * of the network
 */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ProviderError(
    { kind: 'retry', error: 'answer_unreadable' },
    'odd_answer',
    'the answer is not of the documented shape',
  );
}
