/**
 * Every time-out, lease, skew and margin of Kalends, in milliseconds. Each says what it must exceed;
 * `test/unit/platform/timing.test.ts` checks these inequalities. Infrastructure reads function time-outs from here.
 */
const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

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
export const dispatchIntervalMs = minute;

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

/** Bots and their runners. */
export const botTimingMs = {
  /** A timer due later than this is left to the dispatcher. Exceeds `timerLookahead`. */
  soon: 2 * minute,
  /**
   * Timers due within this time are put into the queue, which holds each back to the second. Exceeds the minute between
   * two runs of the dispatcher, which may be late.
   */
  timerLookahead: 75 * second,
  /**
   * A timer whose message was lost comes up again after this time. Exceeds `timerLookahead`, so that the same look ahead
   * does not find it again; short, so that the bot still gets to its meeting.
   */
  timerLease: 80 * second,
  /** A message waits this long at most in the queue for a step that is due later. Exceeds `timerLookahead`. */
  longestWait: 90 * second,
  /** A committed notification that was not published is published after this time. Exceeds the function that commits. */
  outboxPatience: minute,
  /** One worker dispatches to the runner at a time. Exceeds `functionTimeoutMs.handOff`. */
  dispatchLease: 45 * second,
  /** Five calls to a runner fit into `functionTimeoutMs.handOff`. */
  runnerAnswer: 7 * second,
  /** Pause after a failed dispatch; it doubles with each failure. */
  firstRetry: 2 * second,
  longestRetry: minute,
  /** An Attendee server takes a `join_at` this near for past. Exceeds the way of a request. */
  attendeeMargin: 10 * second,
  /** A hand-off that no runner has accepted is given up this long after the meeting's start. */
  lastCallAfterStart: 10 * minute,
  /** A bot whose runner has reported nothing for this long has ended. */
  runnerSilence: day,
  /** A parked bot is deleted when its calendar is not connected again within this time. */
  parkedBot: 60 * day,
};

/** Bot rules. */
export const ruleTimingMs = {
  /**
   * Delay of a message that is sent before the write it is about. Exceeds `functionTimeoutMs.api`: when the message is
   * worked, the write is stored or never will be.
   */
  messageBeforeWrite: 45 * second,
  /** A worker starts no other page of events with less time than this. Far below `functionTimeoutMs.decideBots`. */
  eventPageReserve: 45 * second,
  /** The same for a page of calendars. */
  calendarPageReserve: 20 * second,
};
