/**
 * Every time-out, lease, skew and margin of Kalends, in milliseconds. Each says what it must exceed;
 * `test/unit/platform/timing.test.ts` checks these inequalities. Infrastructure reads function time-outs from here.
 */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

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

// Webhooks (inequalities: test/unit/webhooks/timing.test.ts)

/** From the look-up of an endpoint's host to the last byte read of its answer. */
export const webhookTimeoutMs = 15 * second;

/** A lease that an attempt holds at its endpoint. Exceeds an attempt and the writes before and after it. */
export const endpointLeaseMs = 20 * second;

/** An answer within this time makes an endpoint healthy. Less than an attempt's time-out. */
export const fastAnswerMs = second;

/** An endpoint stays healthy for this long after a fast answer. */
export const healthyMs = hour;

/** The circuit breaker opens for `first`, and for twice as long at each further failure, up to `longest`. */
export const breakerPauseMs = { first: 5 * second, longest: 5 * minute };

/**
 * An endpoint that did nothing but fail for `disableAfter` is disabled, if its failures lie `leastSpread` apart: two
 * failures with silence between them prove nothing. `leastSpread` exceeds the first steps of the retry schedule together.
 */
export const failingMs = { disableAfter: 5 * day, leastSpread: 12 * hour };

/**
 * The retry schedule (docs/api-compatibility.md#webhook-endpoints): between an attempt and the one before it, from the
 * second attempt on. A little over three days together.
 */
export const webhookRetryDelaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** A `Retry-After` of an endpoint counts up to this. */
export const longestRetryAfterMs = day;

/** A delivery that is sent again is stored this long at least. Exceeds a schedule with the longest `Retry-After` each time. */
export const redeliveredRetentionMs = 14 * day;

/** The dispatcher hands deliveries over this early, to a queue that delays them. Exceeds the minute between two runs. */
export const deliveryLookaheadMs = minute;

/** A delivery that is due sooner gets a message at once; the dispatcher sends the others. Exceeds the look-ahead. */
export const deliveryByMessageMs = 2 * minute;

/**
 * A delivery with a message has a timer this much later, in case the message is lost. Exceeds look-ahead and attempt
 * together, so that the timer never overtakes the message.
 */
export const deliveryMessageLeaseMs = 90 * second;

/** A claimed timer of a delivery is due again after this. Exceeds look-ahead and attempt together. */
export const deliveryClaimMs = 5 * minute;

/** An inline attempt that failed unexpectedly gets a timer. Exceeds the first pauses of the notification's queue. */
export const inlineRescueMs = 5 * minute;

/** A delivery counts as due this much early: clocks of functions differ by less. */
export const senderSkewMs = second;

/**
 * Pauses of a new delivery that finds no free lease. Together less than `fastAnswerMs`: they are for an endpoint whose
 * first answer makes it healthy in a moment.
 */
export const leasePausesMs = [60, 120, 240];

/** Jitter of a delivery that is postponed: a second, doubled each time, up to this. */
export const longestDeferralJitterMs = minute;

/** A deleted endpoint's rows are purged within the request for this long. Less than the time-out of an API function. */
export const purgeInRequestMs = 10 * second;

/** A purge whose message was lost starts again after this. Exceeds the time-outs of the functions that purge. */
export const purgeTimerMs = 5 * minute;

/** A replay runs within the request for this long. Less than the time-out of an API function. */
export const replayInRequestMs = 8 * second;

/** Purge and replay stop this much before their function's time-out and continue with another message. */
export const webhookJobReserveMs = 10 * second;

/** A replaced secret signs this long beside the new one. */
export const secretOverlapMs = day;
