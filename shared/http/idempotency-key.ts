/** Header of a request that may be sent again (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export const idempotencyKeyHeader = 'Idempotency-Key';

/** Its form: 1 to 255 visible ASCII characters. */
export const idempotencyKeyPattern = '^[!-~]{1,255}$';

/** Header of an answer that was given before. */
export const replayedHeader = 'Idempotency-Replayed';
