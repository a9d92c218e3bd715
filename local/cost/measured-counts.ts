/**
 * What something consumes of the table, at most. `test/engine/costs/costs.test.ts` and `test/engine/sync/idle-day.test.ts`
 * measure these counts and compare.
 */
export interface TableUse {
  /** Write request units by the rules of DynamoDB. */
  writes: number;
  reads: number;
  requests: number;
}

/** Of a calendar with a hundred small events whose project has one webhook endpoint that answers at once. */
export const measuredCounts = {
  'a title changes': { writes: 14, reads: 4, requests: 8 },
  'an event moves': { writes: 20, reads: 4, requests: 8 },
  'a notification without a change': { writes: 1, reads: 1, requests: 2 },
  'a token refresh': { writes: 2, reads: 1.5, requests: 4 },
  'an idle day': { writes: 11.5, reads: 13.3, requests: 13.6 },
  'the first sync of a thousand events': { writes: 10_300, reads: 20, requests: 40 },
  'a page of a hundred events': { writes: 0, reads: 17, requests: 1 },
} as const satisfies Record<string, TableUse>;

/** Bytes of log lines, with the 26 that CloudWatch counts for each: of a change with its delivery, and of a sync without one. */
export const logBytes = { change: 1_200, quiet: 500 };
