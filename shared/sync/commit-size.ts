/** What one write adds to a transaction. */
export interface WriteSize {
  /** Rows: the event and those of its bots. */
  rows: number;
  /** Bytes of these rows, before or after the write, whichever is more. */
  bytes: number;
  /** Bytes in the row of the change feed, which holds all changes of the transaction. */
  feedBytes: number;
}

/**
 * DynamoDB allows 100 items and 4 MB in a transaction, and 400 KB in an item. Beside its events with their bots a commit may
 * hold sync state, calendar, the feed's row and its in-flight marker.
 */
export const commitLimits: WriteSize = { rows: 96, bytes: 3_300_000, feedBytes: 360_000 };

/**
 * How many writes, from the first, fit into one transaction: at least one, so that every commit makes progress. Sizes are
 * asked for only until the transaction is full.
 */
export function countFitting<Write>(writes: readonly Write[], sizeOf: (write: Write) => WriteSize): number {
  const sum: WriteSize = { rows: 0, bytes: 0, feedBytes: 0 };
  for (const [index, write] of writes.entries()) {
    const size = sizeOf(write);
    sum.rows += size.rows;
    sum.bytes += size.bytes;
    sum.feedBytes += size.feedBytes;
    const isOver =
      sum.rows > commitLimits.rows || sum.bytes > commitLimits.bytes || sum.feedBytes > commitLimits.feedBytes;
    if (isOver && index > 0) return index;
  }
  return writes.length;
}
