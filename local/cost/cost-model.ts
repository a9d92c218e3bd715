import { timerKinds, timerShards } from '../../shared/store/table-schema.ts';
import { type Activity, activities } from './activities.ts';
import { free, prices } from './prices.ts';
import { minutesPerMonth, pollsPerMonth, type Standing } from './standing-costs.ts';

/** What happens to a calendar in a day. */
export interface Profile {
  name: string;
  changes: number;
  /**
   * Syncs that find an expired access token. It is valid for an hour, and the next change comes half an hour later where 20
   * changes are spread over nine hours.
   */
  refreshes: number;
  /** Notifications that bring nothing. */
  duplicates: number;
  /** Pages of events that clients read. */
  pages: number;
}

export const profiles = [
  { name: 'idle', changes: 0, refreshes: 0, duplicates: 0, pages: 0 },
  { name: 'typical', changes: 20, refreshes: 6, duplicates: 0, pages: 0 },
  { name: 'busy', changes: 100, refreshes: 9, duplicates: 0, pages: 0 },
] as const satisfies Profile[];

/** Dollars by what they are paid for. */
export type Charges = Record<string, number>;

const days = 30;
/** An event of 0.8 kB, compressed with its people and `raw`, and its entries in eight indexes (`test/support/partition-keys/`). */
const eventBytes = 4_000;
const eventsStored = 150;
const gigabyte = 1e9;

interface Use {
  writes: number;
  reads: number;
  invocations: number;
  gigabyteSeconds: number;
  apiRequests: number;
  fifoRequests: number;
  queueRequests: number;
  busEvents: number;
  kmsRequests: number;
  logBytes: number;
  sentBytes: number;
}

const none: Use = {
  writes: 0,
  reads: 0,
  invocations: 0,
  gigabyteSeconds: 0,
  apiRequests: 0,
  fifoRequests: 0,
  queueRequests: 0,
  busEvents: 0,
  kmsRequests: 0,
  logBytes: 0,
  sentBytes: 0,
};

const useOf = ({ table, invocations, addedMs, logBytes, ...rest }: Activity, { megabytes }: Standing): Use => ({
  ...none,
  writes: table.writes,
  reads: table.reads,
  invocations: invocations.length,
  gigabyteSeconds: [...invocations, ...(addedMs ? [addedMs] : [])].reduce(
    (sum, { by, ms }) => sum + (ms / 1000) * ((megabytes[by] ?? Number.NaN) / 1024),
    0,
  ),
  logBytes,
  ...rest,
});

const names = Object.keys(none) as (keyof Use)[];
const add = (one: Use, other: Use, times: number): Use => {
  const sum = { ...one };
  for (const name of names) sum[name] += other[name] * times;
  return sum;
};

/** The work of the stack itself: the dispatcher, and the polls of its queues. */
const idleStack = ({ fifoMappings, standardMappings, megabytes }: Standing): Use => ({
  ...none,
  reads: minutesPerMonth * timerKinds.length * timerShards * emptyQuery,
  invocations: minutesPerMonth,
  gigabyteSeconds: (minutesPerMonth * emptyDispatchSeconds * (megabytes['dispatch-due'] ?? Number.NaN)) / 1024,
  fifoRequests: fifoMappings * pollsPerMonth,
  queueRequests: standardMappings * pollsPerMonth,
});
/** Read units of an eventually consistent query without rows: one for each kind and shard of timers. */
const emptyQuery = 0.5;
/** A run of the dispatcher that finds nothing due. */
const emptyDispatchSeconds = 0.08;

function chargesOf(use: Use, storedGigabytes: number, standing: Standing): Charges {
  const beyond = (amount: number, isFree: number): number => Math.max(0, amount - isFree);
  // FIFO requests cost more, so they use the free ones first.
  const freeFifo = Math.min(use.fifoRequests, free.queueRequests);
  return {
    'DynamoDB writes': use.writes * prices.writeUnit,
    'DynamoDB reads': use.reads * prices.readUnit,
    'DynamoDB storage': beyond(storedGigabytes, free.tableGigabytes) * prices.tableStorage,
    'Lambda time': beyond(use.gigabyteSeconds, free.lambdaGigabyteSeconds) * prices.lambdaGigabyteSecond,
    'Lambda requests': beyond(use.invocations, free.lambdaRequests) * prices.lambdaRequest,
    'API Gateway': use.apiRequests * prices.apiRequest,
    SQS:
      (use.fifoRequests - freeFifo) * prices.fifoRequest +
      beyond(use.queueRequests, free.queueRequests - freeFifo) * prices.queueRequest,
    EventBridge: use.busEvents * prices.busEvent,
    'KMS requests': beyond(use.kmsRequests, free.kmsRequests) * prices.kmsRequest,
    logs: beyond(use.logBytes / gigabyte, free.logGigabytes) * prices.logIngestion,
    // One request in a second is traced, and five in a hundred of the others.
    traces: beyond(0.05 * use.invocations, free.traces) * prices.trace,
    'data transfer': beyond(use.sentBytes / gigabyte, free.transferGigabytes) * prices.transfer,
    alarms: beyond(standing.alarmMetrics, free.alarmMetrics) * prices.alarmMetric,
    dashboards: beyond(standing.dashboards, free.dashboards) * prices.dashboard,
    'KMS key': standing.keys * prices.key,
    secret: standing.secrets * prices.secret,
  };
}

/** What a deployment costs in a month of 30 days, in dollars. */
export function monthOf(profile: Profile, calendars: number, standing: Standing): Charges {
  const { change, refresh, duplicate, daily, page } = activities;
  const parts: [Activity, number][] = [
    [change, profile.changes],
    [refresh, profile.refreshes],
    [duplicate, profile.duplicates],
    [daily, 1],
    [page, profile.pages],
  ];
  const use = parts.reduce(
    (sum, [activity, perDay]) => add(sum, useOf(activity, standing), perDay * days * calendars),
    idleStack(standing),
  );
  return chargesOf(use, (calendars * eventsStored * eventBytes) / gigabyte, standing);
}

/** What an activity costs, free tiers not counted. */
export function chargesOfOne(name: keyof typeof activities, { megabytes }: Standing): Charges {
  const nothing: Standing = {
    alarmMetrics: 0,
    dashboards: 0,
    keys: 0,
    secrets: 0,
    fifoMappings: 0,
    standardMappings: 0,
    megabytes,
  };
  const many = 100_000_000;
  const charges = chargesOf(add(none, useOf(activities[name], nothing), many), 0, nothing);
  return Object.fromEntries(Object.entries(charges).map(([line, dollars]) => [line, dollars / many]));
}

export const totalOf = (charges: Charges): number => Object.values(charges).reduce((sum, dollars) => sum + dollars, 0);
