import * as z from 'zod';
import type { InvocationResult } from './start-function-worker.ts';

/** What becomes of a batch's messages, by message id. */
export type BatchOutcome = { done: string[]; failed: string[] };

const partialSchema = z
  .looseObject({ batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * Decides which messages of a batch are done, by Lambda's rules: a thrown error, a malformed answer or an identifier
 * that is empty or not of this batch fails the whole batch; without partial failures reported, all are done.
 */
export const decideBatchOutcome = (
  messageIds: readonly string[],
  result: InvocationResult,
  reportsFailures: boolean,
): BatchOutcome => {
  const all = [...messageIds];
  if (!result.ok) return { done: [], failed: all };
  if (!reportsFailures) return { done: all, failed: [] };
  const answer: unknown = JSON.parse(result.payload);
  // A string or an empty answer reports nothing: everything went well.
  if (typeof answer !== 'object') return { done: all, failed: [] };
  const parsed = partialSchema.safeParse(answer);
  if (!parsed.success) return { done: [], failed: all };
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  for (const id of failed) if (!all.includes(id)) return { done: [], failed: all };
  return { done: all.filter((id) => !failed.has(id)), failed: [...failed] };
};
