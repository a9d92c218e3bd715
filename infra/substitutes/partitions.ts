/**
 * Bundled instead of the 5 kB of partitions and regions in the AWS SDK. They serve its own endpoint rules, which
 * `dynamodb-endpoint.ts` replaces: a use of them throws.
 */
export const partitionsInfo = { partitions: [], version: '1.1' };
