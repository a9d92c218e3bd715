import { expect, it } from 'vitest';
import { botTimingMs, ruleTimingMs } from '../../../shared/platform/bot-timing.ts';
import { functionTimeoutMs } from '../../../shared/platform/timing.ts';

const minute = 60_000;
/** SQS delays a message for so long at most. */
const longestDelay = 900_000;

it.each([
  ['soon', botTimingMs.soon, 'timerLookahead', botTimingMs.timerLookahead],
  ['timerLookahead', botTimingMs.timerLookahead, 'the minute between two runs of the dispatcher', minute],
  ['timerLease', botTimingMs.timerLease, 'timerLookahead', botTimingMs.timerLookahead],
  ['longestWait', botTimingMs.longestWait, 'timerLookahead', botTimingMs.timerLookahead],
  ['the longest delay of a message', longestDelay, 'soon', botTimingMs.soon],
  ['the longest delay of a message', longestDelay, 'longestWait', botTimingMs.longestWait],
  ['outboxPatience', botTimingMs.outboxPatience, 'functionTimeoutMs.handOff', functionTimeoutMs.handOff],
  ['dispatchLease', botTimingMs.dispatchLease, 'functionTimeoutMs.handOff', functionTimeoutMs.handOff],
  ['functionTimeoutMs.handOff', functionTimeoutMs.handOff, 'five calls to a runner', 5 * botTimingMs.runnerAnswer],
  ['messageBeforeWrite', ruleTimingMs.messageBeforeWrite, 'functionTimeoutMs.api', functionTimeoutMs.api],
  ['functionTimeoutMs.decideBots', functionTimeoutMs.decideBots, 'eventPageReserve', ruleTimingMs.eventPageReserve],
])('%s (%i ms) exceeds %s (%i ms)', (_name, longer, _other, shorter) => {
  expect(longer).toBeGreaterThan(shorter);
});
