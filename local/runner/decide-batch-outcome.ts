import * as z from 'zod';
import type { InvocationResult } from './start-function-worker.ts';

/** Message ids of a batch: those that are done, and those that failed. */
export type BatchOutcome = { done: string[]; failed: string[] };

const partialSchema = z
  .looseObject({ batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * Decides which messages of a batch are done, by Lambda's rules. The whole batch fails on a thrown error, a malformed
 * answer, or an identifier that is not in the batch. Otherwise the reported messages fail, and the others are done.
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
  // A string or an empty answer reports no failure.
  if (typeof answer !== 'object') return { done: all, failed: [] };
  const parsed = partialSchema.safeParse(answer);
  if (!parsed.success) return { done: [], failed: all };
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  for (const id of failed) if (!all.includes(id)) return { done: [], failed: all };
  return { done: all.filter((id) => !failed.has(id)), failed: [...failed] };
};
