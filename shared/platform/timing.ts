/**
 * Every time-out, lease, skew and margin of Kalends but those of webhooks (`webhook-timing.ts`), accounts (`account-timing.ts`) and bots
 * (`bot-timing.ts`), in milliseconds. Each says what it must exceed;
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
  follow: 120 * second,
  /** Less than the minute between two runs. */
  dispatch: 55 * second,
};

/** API Gateway answers 503 after this time; a function behind it must answer before. */
export const gatewayTimeoutMs = 30 * second;

/** How long a process seals the secrets of a project with one data key. The key is wrapped with each secret, for good. */
export const sealingKeyMs = 86_400_000;

/**
 * How long a queue hides a message that is being worked. AWS asks for six times the time-out of the function: Lambda
 * may deliver a batch again to the function when it was throttled.
 */
export const visibilityTimeoutMs = (workerTimeoutMs: number): number => 6 * workerTimeoutMs;

/**
 * A worker hides its messages until its own time-out and this much longer. So a message of a killed function comes back
 * soon. Exceeds the time in which Lambda deletes the message of a function that has ended.
 */
export const hiddenAfterTimeoutMs = 10 * second;

/**
 * How long queues keep messages. A dead letter of a standard queue keeps its age, so dead letters are kept for longer
 * by the time an operator has to look at them: a week.
 */
export const queueRetentionMs = { messages: 7 * day, deadLetters: 14 * day };

/** The delay of the sync queue exceeds the width of a debounce bucket by this. Exceeds `syncTimingMs.clockSkew`. */
export const debounceMarginMs = 250;

/** Calls of AWS by `aws-json-client.ts`. */
export const awsTimingMs = {
  /** An attempt without an answer for this long has failed. Three of them and their pauses are less than `functionTimeoutMs.receive`. */
  attempt: 3 * second,
  /** The longest pause before the second attempt; it doubles with each further one. */
  firstPause: 100,
};

/** Batch requests of which AWS took a part only. */
export const batchTimingMs = {
  /** The parts that were not taken are sent again after this time; the pause doubles each time. */
  firstPause: 50,
  /** All pauses of a batch together: less than `syncTimingMs.outboxReserve`. */
  longestPause: 500,
};

/** Calendars in the API. */
export const calendarTimingMs = {
  /** A timer syncs a new or changed calendar if the message was lost. At least `functionTimeoutMs.sync`. */
  syncTimer: 2 * minute,
  /** The request that deletes a calendar deletes its events for this long. Far less than `functionTimeoutMs.api`. */
  purgeInRequest: 15 * second,
  /** A calendar that is verified before it is stored is accepted after this time. Less than `functionTimeoutMs.api`. */
  verification: 20 * second,
  /** A timer purges a deleted calendar if the message was lost. Exceeds the functions that purge. */
  purgeTimer: 5 * minute,
};

/** Providers. */
export const providerTimingMs = {
  /** A request without an answer for this long has failed. Less than `syncTimingMs.readReserve`. */
  request: 25 * second,
  /** The same for a request of a token. */
  tokenRequest: 20 * second,
  /** A longer `Retry-After` of a provider counts as this. Far below a day, within which every calendar is tried. */
  longestRetryAfter: 6 * hour,
};

/** Projects. */
export const projectTimingMs = {
  /** Requests are counted in windows of this length (docs/api-compatibility.md#limits). */
  rateWindow: minute,
  /** A process remembers the limits of a project for this long. */
  limitsMemory: 5 * minute,
  /** A client that has too many of something tries again after this time; they are counted again no more often. */
  countRetry: hour,
};

/** Shares of workers (docs/decisions/0015-a-share-of-the-workers.md). */
export const shareTimingMs = {
  /** Work that runs for longer than this needs a lease of its project. At most `webhookTimingMs.fastAnswer`. */
  patience: second,
  /** A process asks for the lease before the work, for this long after work of the project was slow. Exceeds `patience`. */
  slowMemory: minute,
  /** A process does not ask again for this long when a project had no lease left. Below `firstDeferral`. */
  fullMemory: 500,
  /** A message of a project without a lease comes back after this time; it doubles each time. */
  firstDeferral: 2 * second,
  longestDeferral: 15 * second,
  /** A long run that failed unexpectedly is made again after this time; it doubles each time. */
  failedPause: minute,
  longestFailedPause: 15 * minute,
};

/** Change feed. */
export const feedTimingMs = {
  /**
   * A commit under way for longer than this is fenced by a reader of the feed, and made again. Exceeds a usual commit;
   * far below `syncTimingMs.feedMarkerLifetime`.
   */
  commitPatience: 10 * second,
  /**
   * A commit without a marker, in a project whose feed was never read, is given up after this time, and made again.
   * Exceeds a usual commit.
   */
  unmarkedCommit: 5 * second,
  /**
   * A commit that has read that its project has no bot rules is given up after this, and made again. Exceeds a usual commit;
   * below `ruleTimingMs.messageBeforeWrite`, so that new rules decide what it has stored.
   */
  commitWithoutRules: 30 * second,
  /**
   * The first reader of a feed waits for this long, until no commit without a marker is under way. Exceeds
   * `unmarkedCommit` by the time in which DynamoDB completes a request whose sender has given it up.
   */
  firstRead: 6 * second,
};

/** Timers. */
export const timerTimingMs = {
  /** The minute rule: between two runs of the dispatcher. Exceeds `functionTimeoutMs.dispatch`. */
  dispatchInterval: 60 * second,
  /** The dispatcher claims no further timers with less time than this. Exceeds a claim and a send. */
  dispatchReserve: 5 * second,
};

/** Sync of calendars. */
export const syncTimingMs = {
  /** Clocks of senders and workers differ by no more than this. Below the delay of the sync queue. */
  clockSkew: 200,
  /** An access token this close to its expiry is not used. Exceeds what a run does after it has obtained the token. */
  accessTokenMargin: 120 * second,
  /** A committed notification that was not published is published after this time. At least `functionTimeoutMs.sync`. */
  outboxPatience: 120 * second,
  /** A run publishes no further notifications with less time than this. Less than `commitReserve`. */
  outboxReserve: 5 * second,
  /** A timer whose message was lost comes up again after this time. Exceeds `functionTimeoutMs.sync`. */
  timerLease: 5 * minute,
  /** A run that is not known to be long ends after this time. Exceeds `readReserve`; less than `functionTimeoutMs.sync`. */
  shortRun: 60 * second,
  /** A purge goes on among the long runs of its project after this time. */
  shortPurge: 10 * second,
  /** A run goes on without the name of a calendar after this time. Less than `readReserve`. */
  description: 5 * second,
  /** Reading ends when the function has this much time left. Exceeds `commitReserve`. */
  readReserve: 30 * second,
  /** A run starts no further commit with less time than this, and goes on in another run. */
  commitReserve: 15 * second,
  /** A purge deletes no further rows with less time than this, and goes on in another run. */
  purgeReserve: 10 * second,
  /** Calendars whose changes are not pushed reliably are read this often. */
  pollInterval: 5 * minute,
  /** A scheduled run lists the whole window after this time, so that no loss stays. */
  listingAge: 22.5 * hour,
  /** Each calendar adds a part of this. With `listingAge` less than a day, within which a lost access must be found. */
  listingSpread: 1.25 * hour,
  /** What a reading has left open is tried again after this time; the pause doubles with each try. */
  firstReadingRetry: minute,
  /** A series that cannot be read is tried again this often at least. */
  longestSeriesRetry: hour,
  /** The same for a listing. */
  longestListingRetry: 6 * hour,
  /** Where change tracking fails for good, it is tried again this often. */
  deltaRetry: hour,
  /** A reading that goes on from run to run is given up after this time: links to pages do not live for ever. */
  longestReading: 6 * hour,
  /** What is staged of a reading expires after this time. Exceeds `longestReading`. */
  stagedRetention: day,
  /** Events are prefetched this far ahead of the window. Exceeds a day between two listings by time for failed ones. */
  lookahead: 1.5 * day,
  /** A change that was not pushed within this time counts as not pushed. Notifications take seconds. */
  pushPatience: minute,
  /** A silent channel is trusted again when no change was found for this time. Below `listingAge`. */
  pushProbation: 20 * hour,
  /** A channel is renewed this long before it expires. */
  channelRenewalMargin: day,
  /** A run that lists the window renews a channel due within this time. Exceeds the time to the next listing. */
  renewalWithListing: day,
  /** Pause after a channel could not be opened; it doubles with each failure. */
  firstChannelRetry: 5 * minute,
  longestChannelRetry: 6 * hour,
  /** A pause up to this length is kept by the queue, during which pushes wait. A longer one is left to the timer. */
  longestRetry: minute,
  /** The longest pause of a calendar that fails. Far below `failingPatience`: it recovers within minutes. */
  longestPause: 10 * minute,
  /** The same of a calendar that has been refused for hours without a word. */
  longestSilentPause: 30 * minute,
  /** Pushes do not end the pause of a failing calendar for this long. At most `longestPause`. */
  quietPause: minute,
  /** A failure that lasts is announced after this time. Exceeds `longestPause`. */
  failingPatience: 15 * minute,
  /** A loss of access in known words is believed after this time of nothing else. Less than `failingPatience`. */
  saidLoss: 10 * minute,
  /** A loss of access without words is believed after this time. With `longestSilentPause` far less than a day. */
  silentLoss: 20 * hour,
  /** A calendar that was not synced for this long alarms. Less than `silentLoss`. */
  staleCalendar: 3 * hour,
  /** A disconnected calendar is tried again after this time, and up to an hour of jitter. Together less than a day. */
  disconnectedRetry: 22.5 * hour,
  /** Calendars of a client that were refused within this time count together. Exceeds `saidLoss`. */
  refusedTogether: hour,
  /** A success of a client is noted this often at most. Less than `saidLoss`. */
  successGranularity: 5 * minute,
  /** An in-flight marker of the change feed expires after this time. Far exceeds what a reader waits for it. */
  feedMarkerLifetime: day,
};

/** Extra looks at a calendar whose push brought nothing. */
export const lookTimingMs = {
  /** From the push to each look. The first is below the minute of the dispatcher: a message of the queue is held for it. */
  pauses: [15 * second, 2 * minute, 15 * minute],
  /** A look that found nothing counts for this long against the next ones: four a day in the long run. */
  fades: 6 * hour,
  /** A look counts as due this much early. Exceeds `syncTimingMs.clockSkew` and the delay of the sync queue. */
  early: 2 * second,
  /** A hand-off due within this time has its calendar looked at, twice at most … */
  handOffFrom: 3 * minute,
  handOffUntil: 5 * minute,
  /** … but not if it was read within this time. Exceeds the interval of the dispatcher. */
  handOffFresh: 90 * second,
};

/** Settings of a project, as workers remember them. */
export const settingsTimingMs = {
  /** A change of a setting takes effect everywhere after this time. Much longer than the pause between two pushes. */
  remembered: minute,
};

/** HTTP API. */
export const httpTimingMs = {
  /**
   * A request that has held its `Idempotency-Key` for this long without an answer has crashed. Exceeds
   * `functionTimeoutMs.api`.
   */
  idempotencyLease: 30 * second,
  /** A key answers repeated requests for this long (docs/api-compatibility.md#conventions). */
  idempotencyRetention: day,
};
