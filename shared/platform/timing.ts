/**
 * Every time-out, lease, skew and margin of Kalends, in milliseconds. Each says what it must exceed;
 * `test/unit/platform/timing.test.ts` checks these inequalities. Infrastructure reads function time-outs from here.
 */
const second = 1_000;

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

// Webhooks

/** From the look-up of an endpoint's host to the last byte read of its answer. */
export const webhookTimeoutMs = 15 * second;
