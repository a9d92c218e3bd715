/**
 * Every time-out, lease, skew and margin of Kalends, in milliseconds. Each says what it must exceed;
 * `test/unit/platform/timing.test.ts` checks these inequalities. Infrastructure reads function time-outs from here.
 */
const second = 1_000;
const day = 24 * 60 * 60 * second;

/** Time-outs of the Lambda functions, by the work they do. */
export const functionTimeoutMs = {
  /** API Gateway gives up after 30 s. */
  api: 29 * second,
  receive: 10 * second,
  sync: 120 * second,
  /** Exceeds an attempt's 15 s and what comes before and after it. */
  fanOut: 30 * second,
  delivery: 60 * second,
  handOff: 40 * second,
  decideBots: 120 * second,
  /** Less than the minute between two runs. */
  dispatch: 55 * second,
};

/** API Gateway answers 503 after this time; a function behind it must answer before. */
export const gatewayTimeoutMs = 30 * second;

/** Time between two runs of the dispatcher; a run must end before the next one begins. */
export const dispatchIntervalMs = 60 * second;

/**
 * How long a queue hides a message that is being worked. AWS asks for six times the time-out of the function: Lambda
 * may deliver a batch again to the function when it was throttled.
 */
export const visibilityTimeoutMs = (workerTimeoutMs: number): number => 6 * workerTimeoutMs;

/**
 * How long queues keep messages. A dead letter of a standard queue keeps its age, so dead letters are kept for longer
 * by the time an operator has to look at them: a week.
 */
export const queueRetentionMs = { messages: 7 * day, deadLetters: 14 * day };

/** Difference between the clocks of two senders of one queue. The debounce delay exceeds the bucket's width by it. */
export const senderSkewMs = 250;
