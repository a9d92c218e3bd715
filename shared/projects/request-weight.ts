/** Units of one POST. The limit of a project is stated in POSTs a minute, so it has this many units for each of them. */
export const unitsPerPost = 10;

/** Operations that cost far more than others of their method. */
const heavyOperations: Readonly<Record<string, number>> = {
  /** Starts a sync, which calls the provider. */
  syncCalendar: 2 * unitsPerPost,
  /** Decides on every event of the project. */
  putBotRules: 5 * unitsPerPost,
  /** Reads a page for every day and shard. */
  listCalendarChanges: 5,
  /** Decides on a page of events. */
  listBotDecisions: 5,
  /** Sends up to 500 deliveries before it answers. */
  replayDeliveries: 10 * unitsPerPost,
};

/** Units that a request costs its project: a read is one, a change as much as a POST. */
export const weightOf = ({ operation, method }: { operation: string; method: string }): number =>
  heavyOperations[operation] ?? (method === 'GET' || method === 'HEAD' ? 1 : unitsPerPost);
