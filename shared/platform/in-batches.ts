/** Most elements, and most bytes, of one request. */
export interface BatchLimits {
  count: number;
  bytes: number;
}

/** Cuts a list into requests, in its order. An element that is too large for any request is alone in one. */
export function inBatches<Element>(
  elements: readonly Element[],
  { count, bytes }: BatchLimits,
  bytesOf: (element: Element) => number,
): Element[][] {
  const batches: Element[][] = [];
  let used = 0;
  for (const element of elements) {
    const size = bytesOf(element);
    const batch = batches.at(-1);
    if (!batch || batch.length >= count || used + size > bytes) {
      batches.push([element]);
      used = size;
    } else {
      batch.push(element);
      used += size;
    }
  }
  return batches;
}
