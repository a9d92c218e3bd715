/** Every time-out, interval and margin of the runner, in milliseconds of real time: none follows the local clock. */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** DynamoDB Local must answer within this time; it needs about two seconds on a machine that is not busy. */
export const databaseStartLimitMs = minute;
/** Pause between two looks whether DynamoDB Local answers. */
export const databaseStartPollMs = 25;

/** A bundle must be loaded within this time. It does not count as invocation time, as in AWS (there the limit is 10 s). */
export const bundleLoadLimitMs = 30 * second;

/** A cold start takes as long as some short invocations: an invocation waits for one of these before it gets a new worker. */
export const workerPatienceMs = 100;
/** A worker without an invocation for this long is ended: its memory is worth more than the next cold start. */
export const workerIdleLimitMs = minute;

/** The longest wait of one receive call. SQS allows no more than 20 s. */
export const longPollMs = 20 * second;
/** Pause after a receive call that failed. */
export const pollRetryMs = 250;
/** Batches in work get this long to finish when the runner ends. Messages of later ones are redelivered at the next start. */
export const batchFinishLimitMs = 2 * second;

/** How long the rest of a refused request body is read and thrown away, so that the client receives the answer. */
export const drainLimitMs = 5 * second;
/** API Gateway's longest integration time-out. */
export const integrationTimeoutMs = 30 * second;

/** Expired rows are deleted when the local clock has advanced by this much. Each pass reads the whole table. */
export const expiryIntervalMs = hour;
/** How often the local clock is compared with the last pass. Must be below `expiryIntervalMs`. */
export const expiryPollMs = minute;

/** How often a program that npm started looks whether its parent process still runs. */
export const parentPollMs = 250;
