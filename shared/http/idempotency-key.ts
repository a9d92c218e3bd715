/** Header of a request that may be repeated (docs/api-compatibility.md#conventions). */
export const idempotencyKeyHeader = 'Idempotency-Key';

/** 1 to 255 visible ASCII characters. */
export const idempotencyKeyPattern = '^[!-~]{1,255}$';

/** Header of a repeated answer. */
export const replayedHeader = 'Idempotency-Replayed';
