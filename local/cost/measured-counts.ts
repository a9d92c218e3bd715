/** What something consumes of the table. `test/engine/costs/costs.test.ts` measures these counts and compares. */
export interface TableUse {
  /** Write request units by the rules of DynamoDB. */
  writes: number;
  reads: number;
  requests: number;
}

/** Of a calendar with a hundred events whose project has one webhook endpoint that answers at once. */
export const measuredCounts = {
  'a title changes': { writes: 45, reads: 6, requests: 12 },
  'a notification without a change': { writes: 1, reads: 1, requests: 2 },
  'an idle day': { writes: 10, reads: 10, requests: 10 },
  'the first sync of a thousand events': { writes: 22_000, reads: 60, requests: 100 },
  'a page of a hundred events': { writes: 0, reads: 25, requests: 2 },
} as const satisfies Record<string, TableUse>;
