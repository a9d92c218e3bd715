import type { JsonInput } from './dynamodb-json.ts';

type Parts = NonNullable<JsonInput['RequestItems']>;

/** Parts of a batch. The first element is always in the first one, because DynamoDB never answers that it did nothing. */
function split<Element>(elements: Element[], isLeft: () => boolean): [Element[], Element[]] {
  const left = elements.map((_, index) => index > 0 && isLeft());
  return [elements.filter((_, index) => !left[index]), elements.filter((_, index) => left[index])];
}

/**
 * Leaves some elements of a batch out, each with a chance. DynamoDB does so when a table is throttled, and with answers
 * above 16 MB.
 */
export function splitBatch(
  requests: Parts,
  chance: number,
  random: () => number = Math.random,
): { sent: Parts; left: Parts } {
  const [sent, left]: [Parts, Parts] = [{}, {}];
  for (const [table, request] of Object.entries(requests)) {
    if (Array.isArray(request)) {
      const [some, others] = split(request, () => random() < chance);
      sent[table] = some;
      if (others.length > 0) left[table] = others;
    } else {
      const [some, others] = split(request.Keys, () => random() < chance);
      sent[table] = { ...request, Keys: some };
      if (others.length > 0) left[table] = { ...request, Keys: others };
    }
  }
  return { sent, left };
}
