/** Header of a request that may be sent again (contract B2). */
export const idempotencyKeyHeader = 'Idempotency-Key';

/** Its form: 1 to 255 visible ASCII characters. */
export const idempotencyKeyPattern = '^[!-~]{1,255}$';

/** Header of an answer that was given before. */
export const replayedHeader = 'Idempotency-Replayed';
