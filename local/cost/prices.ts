/**
 * List prices of AWS in us-east-1, in dollars, as published on 2026-11-27 at aws.amazon.com/<service>/pricing. Free tiers
 * that never end are counted; those of the first year are not.
 */
export const pricedOn = '2026-11-27';

const million = 1e-6;

export const prices = {
  writeUnit: 0.625 * million,
  readUnit: 0.125 * million,
  /** A gigabyte and month: stored, and kept for point-in-time recovery. */
  tableStorage: 0.25 + 0.2,
  lambdaRequest: 0.2 * million,
  /** A second with a gigabyte of memory, on arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  apiRequest: 1 * million,
  fifoRequest: 0.5 * million,
  /** A request of a standard queue, with the surcharge of fair queues. */
  queueRequest: (0.4 + 0.1) * million,
  busEvent: 1 * million,
  kmsRequest: 0.03 / 10_000,
  /** A gigabyte that is written to a log. */
  logIngestion: 0.5,
  trace: 5 * million,
  /** A gigabyte that is sent to the internet. */
  transfer: 0.09,
  alarmMetric: 0.1,
  key: 1,
  secret: 0.4,
  dashboard: 3,
  customMetric: 0.3,
} as const;

/** Of one account and month, for good. */
export const free = {
  lambdaRequests: 1_000_000,
  lambdaGigabyteSeconds: 400_000,
  queueRequests: 1_000_000,
  kmsRequests: 20_000,
  traces: 100_000,
  alarmMetrics: 10,
  dashboards: 3,
  customMetrics: 10,
  logGigabytes: 5,
  transferGigabytes: 100,
  tableGigabytes: 25,
} as const;
