const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Every time-out, lease and margin of bots and their runners, in milliseconds, like those in `timing.ts`. */
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
  /** The clock of a runner may be so much ahead; what it says beyond that is no time. */
  runnerClockSkew: hour,
  /** A hand-off that no runner has accepted is exhausted this long after the meeting's start. */
  lastCallAfterStart: 10 * minute,
  /** A bot whose runner has reported nothing for this long has ended. */
  runnerSilence: day,
  /** The work on a calendar's bots goes on in another message with less time than this. Far below `functionTimeoutMs.handOff`. */
  calendarReserve: 10 * second,
  /** A parked bot is deleted when its calendar is not connected again within this time. */
  parkedBot: 60 * day,
};

/** Ticks of events: `event.starting` and `event.ended`. */
export const tickTimingMs = {
  /** Between two searches for the ticks of a project. */
  scanInterval: minute,
  /** A search finds what is due within this time. Exceeds two intervals and a late dispatcher; below what a queue holds back. */
  horizon: 3 * minute,
  /** A change of an event is found by its tick's time up to this much later. Exceeds a usual sync. */
  grace: minute,
  /** A tick that could not be announced for this long is left out. */
  latest: 10 * minute,
  /** A tick is not announced again for this long. Far exceeds `latest` and what a queue repeats. */
  retention: 15 * day,
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
  /** A bot that was created for a link joins a meeting when it joins so long before its start, or while it lasts. */
  earlyArrival: 10 * minute,
  /** A meeting counts as over after this time. Exceeds every usual one; it bounds what is read of a room. */
  longestMeeting: day,
  /** An event without a length lasts so long. */
  shortestMeeting: minute,
};
