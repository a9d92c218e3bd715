import { describe, expect, it } from 'vitest';
import {
  botTimingMs,
  debounceMarginMs,
  functionTimeoutMs,
  gatewayTimeoutMs,
  httpTimingMs,
  queueRetentionMs,
  ruleTimingMs,
  syncTimingMs,
  timerTimingMs,
  visibilityTimeoutMs,
} from '../../../shared/platform/timing.ts';

const day = 86_400_000;

/** What is longer, what is shorter, and their lengths: the rules that `timing.ts` states. */
const inequalities: [string, number, string, number][] = [
  ['the time-out of API Gateway', gatewayTimeoutMs, 'a request', functionTimeoutMs.api],
  ['the lease of an idempotency key', httpTimingMs.idempotencyLease, 'a request', functionTimeoutMs.api],
  ['the interval of the dispatcher', timerTimingMs.dispatchInterval, 'its run', functionTimeoutMs.dispatch],
  ['the run of the dispatcher', functionTimeoutMs.dispatch, 'its reserve', timerTimingMs.dispatchReserve],
  ['a dead letter', queueRetentionMs.deadLetters, 'a message and a week', queueRetentionMs.messages + 7 * day - 1],
  ['the debounce margin', debounceMarginMs, 'the clock skew', syncTimingMs.clockSkew],

  ['the lease of a sync timer', syncTimingMs.timerLease, 'a sync', functionTimeoutMs.sync],
  ['the patience of the sync outbox', syncTimingMs.outboxPatience + 1, 'a sync', functionTimeoutMs.sync],
  ['a sync', functionTimeoutMs.sync, 'its reserve for reading', syncTimingMs.readReserve],
  ['the reserve for reading', syncTimingMs.readReserve, 'the reserve for a commit', syncTimingMs.commitReserve],
  ['a day', day, 'the age of a listing and its spread', syncTimingMs.listingAge + syncTimingMs.listingSpread],
  ['the lookahead of events', syncTimingMs.lookahead, 'a day between two listings', day],
  ['the age of a listing', syncTimingMs.listingAge, 'the probation of a push channel', syncTimingMs.pushProbation],
  ['the renewal with a listing', syncTimingMs.renewalWithListing + 1, 'a day between two listings', day],

  ['the lookahead of bot timers', botTimingMs.timerLookahead, 'the dispatcher', timerTimingMs.dispatchInterval],
  ['the lease of a bot timer', botTimingMs.timerLease, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['the longest wait of a bot', botTimingMs.longestWait, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['a timer left to the dispatcher', botTimingMs.soon, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['the patience of the bot outbox', botTimingMs.outboxPatience, 'a hand-off', functionTimeoutMs.handOff],
  ['the lease of a dispatch', botTimingMs.dispatchLease, 'a hand-off', functionTimeoutMs.handOff],
  ['a hand-off', functionTimeoutMs.handOff, 'five calls to a runner', 5 * botTimingMs.runnerAnswer],
  ['a hand-off', functionTimeoutMs.handOff, 'its reserve for a calendar', botTimingMs.calendarReserve],

  ['the delay of a rule message', ruleTimingMs.messageBeforeWrite, 'a request', functionTimeoutMs.api],
  ['a decision', functionTimeoutMs.decideBots, 'its reserve for events', ruleTimingMs.eventPageReserve],
  ['a decision', functionTimeoutMs.decideBots, 'its reserve for calendars', ruleTimingMs.calendarPageReserve],
];

describe('timing', () => {
  it.each(inequalities)('makes %s (%d ms) longer than %s (%d ms)', (_longer, longer, _shorter, shorter) => {
    expect(longer).toBeGreaterThan(shorter);
  });

  it('hides a message for six time-outs of the function that works it, and twelve hours at most', () => {
    expect(visibilityTimeoutMs(10_000)).toBe(60_000);
    for (const timeout of Object.values(functionTimeoutMs)) {
      expect(visibilityTimeoutMs(timeout)).toBeLessThanOrEqual(day / 2);
    }
  });
});
