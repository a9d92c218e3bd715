/**
 * What something consumes of the table, on average at most. `test/engine/costs/costs.test.ts` and `test/engine/sync/idle-day.test.ts`
 * measure these counts and compare.
 */
export interface TableUse {
  /** Write request units by the rules of DynamoDB. */
  writes: number;
  reads: number;
  requests: number;
}

/**
 * Of a calendar with a hundred small events whose project has one webhook endpoint that answers at once. The first three are
 * means of three runs: every third writes a row of the sync log, and the state is just below a kilobyte before.
 */
export const measuredCounts = {
  'a title changes': { writes: 17.5, reads: 4.5, requests: 9 },
  'an event moves': { writes: 33.5, reads: 4.5, requests: 9 },
  'a notification without a change': { writes: 2, reads: 1, requests: 3 },
  'an idle day': { writes: 14, reads: 10, requests: 10 },
  'the first sync of a thousand events': { writes: 18_500, reads: 20, requests: 40 },
  'a page of a hundred events': { writes: 0, reads: 20, requests: 1 },
} as const satisfies Record<string, TableUse>;
