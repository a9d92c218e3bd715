const dayMs = 86_400_000;

/**
 * When a row expires that is kept for some days after a time (time to live of DynamoDB).
 *
 * @param from milliseconds since the epoch @returns seconds since the epoch
 */
export const expiresAfter = (from: number, { retentionDays }: { retentionDays: number }): number =>
  Math.floor((from + retentionDays * dayMs) / 1000);
