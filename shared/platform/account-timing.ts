const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Credentials of accounts. */
export const accountTimingMs = {
  /** A worker is the only one that refreshes an access token for this long. Exceeds `providerTimingMs.tokenRequest`. */
  refreshLease: 30 * second,
  /** A worker that waits for another one looks for the result so often, and after this time each. */
  refreshLooks: 20,
  refreshLook: 250,
  /** A calendar list that takes longer than this has failed. Less than `functionTimeoutMs.api`. */
  listing: 20 * second,
  /** The calendar list of an account whose calendars are all connected is read so often, give or take a quarter. */
  followInterval: hour,
  /** A list that lacks a calendar is read again after this time. Far less than `followInterval`. */
  absentLook: 10 * minute,
  /** The first pause after a selection could not be applied; it doubles up to `followInterval`. */
  firstRetry: minute,
  /** A request is the only one that applies a selection for this long. Exceeds `functionTimeoutMs.api`. */
  selectionRequest: 40 * second,
  /** The same for a worker. Exceeds `functionTimeoutMs.follow`. */
  selectionWork: 150 * second,
  /** A timer whose message is lost is due again after this time. Exceeds `selectionWork`. */
  followTimerLease: 5 * minute,
};

/** Connect sessions (docs/use/connect.md). */
export const connectTimingMs = {
  /** A link works for this long, unless the request says otherwise. Far more than a sign-in with a second factor takes. */
  usualLink: hour,
  shortestLink: minute,
  longestLink: 7 * day,
  /** The link of a lost connection works for this long after the loss. */
  reconnectLink: 7 * day,
  /**
   * A page waits for a provider for this long in all, then it says that the provider does not answer. Leaves a user who waits
   * with an answer within ten seconds.
   */
  provider: 8 * second,
  /** What became of a session can be read for this long after its end. */
  sessionRetention: 30 * day,
};

/** Connections of whole organizations. */
export const organizationTimingMs = {
  /** Users who came or went are found this often. */
  discovery: 4 * hour,
  /** Whether the grant still reaches connected mailboxes is looked at this often. Less than `discovery`. */
  look: 30 * minute,
  /** A list that lacks many users is read again after this time, before they are disconnected. Less than `discovery`. */
  confirmation: hour,
  /** What an administrator or the operator has to repair is tried again this often. */
  errorRetry: 30 * minute,
  /** A mailbox that is refused is tried again after this time; it doubles each time, up to `mailboxRetry`. */
  firstMailboxRetry: hour,
  /** At least `discovery`. */
  mailboxRetry: 6 * hour,
  /** After a passing failure the work goes on after this time; it doubles each time. */
  firstRetry: minute,
  longestRetry: hour,
  /** After a quota was refused no mailbox is connected for this long at least. A quota counts for a minute. */
  quotaPause: minute,
  /** A pace that was not used for a while is caught up for this long. */
  paceBurst: 5 * second,
  /** A worker that waits for a place for longer than this ends, and goes on with its timer. */
  longestWait: 10 * second,
  /** A worker begins no further part with less time than this. Exceeds what a part takes. */
  reserve: 30 * second,
  /** The work goes on after this time, if its message was lost or its worker has crashed. Exceeds the function that follows. */
  timerLease: 5 * minute,
  /** One worker requests the token of a tenant for this long; the others wait. Exceeds `providerTimingMs.tokenRequest`. */
  tokenLease: 25 * second,
  /** A worker looks for the token that another one requests this often. */
  tokenLook: 250,
};
