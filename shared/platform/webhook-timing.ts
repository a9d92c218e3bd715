const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Every time-out, lease and margin of webhooks, in milliseconds, like those in `timing.ts`. */
export const webhookTimingMs = {
  /**
   * An older time in a notification is not believed. Exceeds `queueRetentionMs.deadLetters`: a notification may be
   * published again that late.
   */
  oldestNotification: 15 * day,
  /** Nor a time that is this much later than the publication: the clock of a runner may be wrong. */
  notificationSkew: hour,
  /** From the look-up of an endpoint's host to the last byte read of its answer. */
  attempt: 15 * second,
  /** An attempt holds a lease of its endpoint for this long. Exceeds `attempt` and the writes before and after it. */
  lease: 20 * second,
  /** An answer within this time makes an endpoint healthy. Less than `attempt`. */
  fastAnswer: second,
  /**
   * A process remembers for this long that an endpoint is healthy. Exceeds `attempt`: a process is busy with an endpoint
   * that hangs for that long, and then forgets it. Less than half of `healthy`.
   */
  trafficMemory: minute,
  /** An endpoint stays healthy for this long after a fast answer. */
  healthy: hour,
  /**
   * Pauses of a new delivery that finds no free lease. Together less than `fastAnswer`: the first fast answer makes the
   * endpoint healthy in a moment.
   */
  leasePauses: [60, 120, 240],
  /** Jitter of a postponed delivery: a second, doubled each time, up to this; more while many wait for the endpoint. */
  longestDeferralJitter: minute,
  /** A failure opens the circuit breaker for this long; it doubles with each failure in a row. */
  firstBreakerPause: 5 * second,
  longestBreakerPause: 5 * minute,
  /** An endpoint that did nothing but fail for this long is disabled. */
  disableAfter: 5 * day,
  /**
   * But only if its first and latest failure lie this far apart: two failures with silence between them prove nothing.
   * Exceeds the first half of `retryDelays` together.
   */
  leastFailureSpread: 12 * hour,
  /**
   * The retry schedule (docs/api-compatibility.md#webhook-endpoints): between an attempt and the one before it, from the
   * second attempt on. A little over three days together.
   */
  retryDelays: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
  /** A longer `Retry-After` of an endpoint counts as this. */
  longestRetryAfter: day,
  /** A delivery that is sent again is stored this long at least. Exceeds a schedule with `longestRetryAfter` each time. */
  redeliveredRetention: 14 * day,
  /**
   * A day stays in the list of an endpoint's days for this much longer than its first delivery. Exceeds a day, so that
   * the last delivery of the day writes nothing there.
   */
  dayMargin: 2 * day,
  /** A delivery that is due later is left to the dispatcher. Exceeds `timerLookahead`. */
  soon: 2 * minute,
  /**
   * Timers due within this time are put into the queue, which delays each to the second. At least the minute between
   * two runs of the dispatcher.
   */
  timerLookahead: minute,
  /** A timer whose message was lost is due again after this. Exceeds `timerLookahead` and `lease` together. */
  timerLease: 5 * minute,
  /**
   * A delivery with a message has a timer this much later, in case the message is lost. Exceeds `timerLookahead` and
   * `lease` together, so that the timer never overtakes the message.
   */
  messageLease: 90 * second,
  /** A delivery whose inline attempt failed unexpectedly gets a timer. Exceeds the first pauses of the notification. */
  inlineRescue: 5 * minute,
  /** A delivery counts as due this much early: the clocks of functions differ by less. */
  senderSkew: second,
  /** The request that deletes an endpoint purges its rows for this long. Less than `functionTimeoutMs.api`. */
  purgeInRequest: 10 * second,
  /** A purge that crashed starts again after this. Exceeds the time-outs of the functions that purge. */
  purgeTimer: 5 * minute,
  /** A request replays for this long. Less than `functionTimeoutMs.api`. */
  replayInRequest: 8 * second,
  /** Purge and replay stop this much before `functionTimeoutMs.delivery`, and continue with another message. */
  jobReserve: 10 * second,
  /** A replaced secret signs beside the new one for this long. */
  secretOverlap: day,
};
