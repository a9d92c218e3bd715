import { describe, expect, it } from 'vitest';
import { accountTimingMs, connectTimingMs, organizationTimingMs } from '../../../shared/platform/account-timing.ts';
import { botTimingMs, ruleTimingMs, tickTimingMs } from '../../../shared/platform/bot-timing.ts';
import {
  awsTimingMs,
  batchTimingMs,
  calendarTimingMs,
  debounceMarginMs,
  feedTimingMs,
  functionTimeoutMs,
  gatewayTimeoutMs,
  httpTimingMs,
  providerTimingMs,
  queueRetentionMs,
  syncTimingMs,
  timerTimingMs,
  visibilityTimeoutMs,
} from '../../../shared/platform/timing.ts';
import { webhookTimingMs } from '../../../shared/platform/webhook-timing.ts';

const day = 86_400_000;
const sum = (delays: readonly number[]): number => delays.reduce((total, delay) => total + delay, 0);
const { retryDelays } = webhookTimingMs;
/** Retry delays have a tenth of jitter on top. */
const longestSchedule = 1.1 * retryDelays.length * webhookTimingMs.longestRetryAfter;
const messageAndAttempt = webhookTimingMs.timerLookahead + webhookTimingMs.lease;

/** What is longer, what is shorter, and their lengths: the rules that `timing.ts` states. */
const inequalities: [string, number, string, number][] = [
  ['the time-out of API Gateway', gatewayTimeoutMs, 'a request', functionTimeoutMs.api],
  [
    'a push',
    functionTimeoutMs.receive,
    'three attempts at the queue',
    3 * awsTimingMs.attempt + 3 * awsTimingMs.firstPause,
  ],
  ['the lease of a refresh', accountTimingMs.refreshLease, 'a request of a token', providerTimingMs.tokenRequest],
  ['ten seconds', 10_000, 'a page that waits for a provider', connectTimingMs.provider + 1_500],
  ['a usual link', connectTimingMs.usualLink, 'the shortest one', connectTimingMs.shortestLink],
  ['a request', functionTimeoutMs.api, 'the list of calendars', accountTimingMs.listing],
  ['a request’s hold of a selection', accountTimingMs.selectionRequest, 'a request', functionTimeoutMs.api],
  ['a worker’s hold of a selection', accountTimingMs.selectionWork, 'its function', functionTimeoutMs.follow],
  ['the timer of an account', accountTimingMs.followTimerLease, 'that hold', accountTimingMs.selectionWork],
  ['the interval of lists', accountTimingMs.followInterval, 'the second look', accountTimingMs.absentLook],
  ['the discovery of users', organizationTimingMs.discovery, 'the look at their mailboxes', organizationTimingMs.look],
  ['the same', organizationTimingMs.discovery, 'the second look at a short list', organizationTimingMs.confirmation],
  ['another try of a mailbox', organizationTimingMs.mailboxRetry, 'the discovery', organizationTimingMs.discovery - 1],
  ['the same', organizationTimingMs.mailboxRetry, 'the first one', organizationTimingMs.firstMailboxRetry],
  ['the timer of an organization', organizationTimingMs.timerLease, 'its function', functionTimeoutMs.follow],
  ['the lease of a tenant’s token', organizationTimingMs.tokenLease, 'a request of it', providerTimingMs.tokenRequest],
  ['the lease of an idempotency key', httpTimingMs.idempotencyLease, 'a request', functionTimeoutMs.api],
  ['the interval of the dispatcher', timerTimingMs.dispatchInterval, 'its run', functionTimeoutMs.dispatch],
  ['the run of the dispatcher', functionTimeoutMs.dispatch, 'its reserve', timerTimingMs.dispatchReserve],
  ['a dead letter', queueRetentionMs.deadLetters, 'a message and a week', queueRetentionMs.messages + 7 * day - 1],
  ['the debounce margin', debounceMarginMs, 'the clock skew', syncTimingMs.clockSkew],

  ['the lease of a sync timer', syncTimingMs.timerLease, 'a sync', functionTimeoutMs.sync],
  ['the patience of the sync outbox', syncTimingMs.outboxPatience + 1, 'a sync', functionTimeoutMs.sync],
  ['a sync', functionTimeoutMs.sync, 'its reserve for reading', syncTimingMs.readReserve],
  ['the reserve for reading', syncTimingMs.readReserve, 'the name of a calendar', syncTimingMs.description],
  ['the reserve for reading', syncTimingMs.readReserve, 'the reserve for a commit', syncTimingMs.commitReserve],
  [
    'the message before rules are written',
    ruleTimingMs.messageBeforeWrite,
    'a commit without rules',
    feedTimingMs.commitWithoutRules,
  ],
  ['the first read of a feed', feedTimingMs.firstRead, 'a commit without a marker', feedTimingMs.unmarkedCommit],
  ['the reserve for a commit', syncTimingMs.commitReserve, 'the reserve for the outbox', syncTimingMs.outboxReserve],
  ['what is staged of a reading', syncTimingMs.stagedRetention, 'the reading', syncTimingMs.longestReading],
  ['a day', day, 'the age of a listing and its spread', syncTimingMs.listingAge + syncTimingMs.listingSpread],
  ['the lookahead of events', syncTimingMs.lookahead, 'a day between two listings', day],
  ['the age of a listing', syncTimingMs.listingAge, 'the probation of a push channel', syncTimingMs.pushProbation],
  ['the renewal with a listing', syncTimingMs.renewalWithListing + 1, 'a day between two listings', day],

  ['the lookahead of bot timers', botTimingMs.timerLookahead, 'the dispatcher', timerTimingMs.dispatchInterval],
  ['the lease of a bot timer', botTimingMs.timerLease, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['the longest wait of a bot', botTimingMs.longestWait, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['what a search for ticks finds', tickTimingMs.horizon, 'two searches', 2 * tickTimingMs.scanInterval],
  ['what a queue holds back', 900_001, 'what a search for ticks finds', tickTimingMs.horizon],
  ['a claimed search for ticks', tickTimingMs.horizon, 'its lease', tickTimingMs.scanInterval + botTimingMs.timerLease],
  ['the memory of a tick', tickTimingMs.retention + 1, 'a message and its dead letter', queueRetentionMs.deadLetters],
  ['a timer left to the dispatcher', botTimingMs.soon, 'the lookahead of bot timers', botTimingMs.timerLookahead],
  ['the patience of the bot outbox', botTimingMs.outboxPatience, 'a hand-off', functionTimeoutMs.handOff],
  ['the lease of a dispatch', botTimingMs.dispatchLease, 'a hand-off', functionTimeoutMs.handOff],
  ['a hand-off', functionTimeoutMs.handOff, 'five calls to a runner', 5 * botTimingMs.runnerAnswer],
  ['a hand-off', functionTimeoutMs.handOff, 'its reserve for a calendar', botTimingMs.calendarReserve],

  ['the sync timer of the API', calendarTimingMs.syncTimer + 1, 'a sync', functionTimeoutMs.sync],
  ['half a request', functionTimeoutMs.api / 2 + 1000, 'the purge in it', calendarTimingMs.purgeInRequest],
  ['the purge timer of a calendar', calendarTimingMs.purgeTimer, 'a sync', functionTimeoutMs.sync],
  ['the purge timer of a calendar', calendarTimingMs.purgeTimer, 'a request', functionTimeoutMs.api],
  ['the reserve for reading', syncTimingMs.readReserve, 'a request to a provider', providerTimingMs.request],
  ['the reserve for reading', syncTimingMs.readReserve, 'a request of a token', providerTimingMs.tokenRequest],
  ['a request', functionTimeoutMs.api, 'the patience with a commit', feedTimingMs.commitPatience],
  ['an in-flight marker', syncTimingMs.feedMarkerLifetime, 'a commit', 1000 * feedTimingMs.commitPatience],
  ['an in-flight marker', syncTimingMs.feedMarkerLifetime, 'a sync', functionTimeoutMs.sync],

  ['the delay of a rule message', ruleTimingMs.messageBeforeWrite, 'a request', functionTimeoutMs.api],
  ['a decision', functionTimeoutMs.decideBots, 'its reserve for events', ruleTimingMs.eventPageReserve],
  ['a decision', functionTimeoutMs.decideBots, 'its reserve for calendars', ruleTimingMs.calendarPageReserve],

  ['a fan-out', functionTimeoutMs.fanOut, 'an inline attempt', webhookTimingMs.attempt],
  [
    'a delivery',
    functionTimeoutMs.delivery,
    'an attempt and its lease',
    webhookTimingMs.attempt + webhookTimingMs.lease,
  ],
  ['a delivery', functionTimeoutMs.delivery, 'the reserve of its jobs', webhookTimingMs.jobReserve],
  ['the lease of an endpoint', webhookTimingMs.lease, 'an attempt', webhookTimingMs.attempt],
  ['the memory of traffic', webhookTimingMs.trafficMemory, 'an attempt', webhookTimingMs.attempt],
  ['half of the health of an endpoint', webhookTimingMs.healthy / 2, 'its memory', webhookTimingMs.trafficMemory],
  ['an attempt', webhookTimingMs.attempt, 'a fast answer', webhookTimingMs.fastAnswer],
  ['a fast answer', webhookTimingMs.fastAnswer, 'all pauses for a lease', sum(webhookTimingMs.leasePauses)],
  ['the lookahead of deliveries', webhookTimingMs.timerLookahead + 1, 'the dispatcher', timerTimingMs.dispatchInterval],
  ['a delivery left to the dispatcher', webhookTimingMs.soon, 'the lookahead', webhookTimingMs.timerLookahead],
  ['the lease of a delivery timer', webhookTimingMs.timerLease, 'its message and attempt', messageAndAttempt],
  ['the lease of a message', webhookTimingMs.messageLease, 'its delay and attempt', messageAndAttempt],
  ['the rescue of an inline attempt', webhookTimingMs.inlineRescue, 'a fan-out', functionTimeoutMs.fanOut],
  ['the skew of senders', webhookTimingMs.senderSkew, 'the clock skew', syncTimingMs.clockSkew],
  ['a request', functionTimeoutMs.api, 'the purge in it', webhookTimingMs.purgeInRequest],
  ['a request', functionTimeoutMs.api, 'the replay in it', webhookTimingMs.replayInRequest],
  ['the purge timer of an endpoint', webhookTimingMs.purgeTimer, 'a delivery', functionTimeoutMs.delivery],
  ['a day', day, 'the longest Retry-After of a provider', providerTimingMs.longestRetryAfter],
  ['a request', functionTimeoutMs.api, 'the verification in it', calendarTimingMs.verification],
  ['the longest pause', syncTimingMs.longestPause + 1, 'the pause of pushes', syncTimingMs.quietPause],
  ['the patience with failures', syncTimingMs.failingPatience, 'the longest pause', syncTimingMs.longestPause],
  ['the patience with failures', syncTimingMs.failingPatience, 'a loss in known words', syncTimingMs.saidLoss],
  ['a stale calendar', syncTimingMs.staleCalendar, 'the patience with failures', syncTimingMs.failingPatience],
  ['a silent loss', syncTimingMs.silentLoss, 'a stale calendar', syncTimingMs.staleCalendar],
  ['a day', day, 'a silent loss', syncTimingMs.silentLoss + 2 * syncTimingMs.longestSilentPause],
  ['a day', day, 'the daily try of a disconnected calendar', syncTimingMs.disconnectedRetry + 3_600_000],
  ['refused together', syncTimingMs.refusedTogether, 'a loss in known words', syncTimingMs.saidLoss],
  ['a loss in known words', syncTimingMs.saidLoss, 'the notes of successes', syncTimingMs.successGranularity],
  ['the retry schedule', sum(retryDelays), 'three days', 3 * day],
  ['three and a half days', 3.5 * day, 'the retry schedule', sum(retryDelays)],
  ['the spread of failures', webhookTimingMs.leastFailureSpread, 'half the schedule', sum(retryDelays.slice(0, 5))],
  ['the time to disable', webhookTimingMs.disableAfter, 'the spread of failures', webhookTimingMs.leastFailureSpread],
  ['the reserve for the outbox', syncTimingMs.outboxReserve, 'all pauses of a batch', 4 * batchTimingMs.longestPause],
  ['the margin of a day of deliveries', webhookTimingMs.dayMargin, 'a day', day],
  ['the oldest notification', webhookTimingMs.oldestNotification, 'a dead letter', queueRetentionMs.deadLetters],
  ['a delivery sent again', webhookTimingMs.redeliveredRetention, 'the longest schedule', longestSchedule],
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
