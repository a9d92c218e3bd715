import { meanOf } from '../simulation/random.ts';
import { serviceTimes } from '../simulation/service-times.ts';
import { measuredCounts, type TableUse } from './measured-counts.ts';

/** What one activity consumes beside the table. */
export interface Activity {
  table: Pick<TableUse, 'writes' | 'reads'>;
  /** Invocations of Lambda: how long they are charged, in milliseconds, and with how many megabytes. */
  invocations: { ms: number; megabytes: number }[];
  apiRequests?: number;
  fifoRequests?: number;
  queueRequests?: number;
  busEvents?: number;
  kmsRequests?: number;
  /** Bytes written to logs; Lambda writes lines only for failures. */
  logBytes: number;
  /** Bytes sent to the internet. */
  sentBytes?: number;
}

const receive = { ms: 8, megabytes: 512 };
/** Send, receive, hide while it is worked, delete. */
const requestsPerMessage = 4;

/** A change of an event: push, sync, notification, one webhook. */
const change: Activity = {
  table: measuredCounts['a title changes'],
  invocations: [
    receive,
    { ms: meanOf(serviceTimes.changeSync), megabytes: 1024 },
    { ms: meanOf(serviceTimes.fanOut), megabytes: 512 },
  ],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  queueRequests: requestsPerMessage,
  busEvents: 1,
  kmsRequests: 1,
  logBytes: 1_200,
  // One request to the provider, one to the endpoint.
  sentBytes: 2_000 + 2_500,
};

/** A notification that brings nothing: a duplicate, or a change outside the window. */
const duplicate: Activity = {
  table: measuredCounts['a notification without a change'],
  invocations: [receive, { ms: meanOf(serviceTimes.quietSync), megabytes: 1024 }],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  kmsRequests: 1,
  logBytes: 500,
  sentBytes: 2_000,
};

/** The daily sync of a calendar: claim of its timer, token, listing, delta; every sixth time its channel. */
const daily: Activity = {
  table: measuredCounts['an idle day'],
  invocations: [{ ms: meanOf(serviceTimes.dailySync), megabytes: 1024 }],
  fifoRequests: requestsPerMessage,
  kmsRequests: 2,
  logBytes: 500,
  sentBytes: 10_000,
};

/** A page of a hundred events that a client reads after a webhook, compressed. */
const page: Activity = {
  table: measuredCounts['a page of a hundred events'],
  invocations: [{ ms: 60, megabytes: 1024 }],
  apiRequests: 1,
  logBytes: 0,
  sentBytes: 25_000,
};

/** The first sync of a calendar with 1,000 events in its window. */
const firstSync: Activity = {
  table: measuredCounts['the first sync of a thousand events'],
  invocations: [{ ms: 12_000, megabytes: 1024 }],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  queueRequests: requestsPerMessage,
  busEvents: 2,
  kmsRequests: 4,
  logBytes: 4_000,
  sentBytes: 20_000,
};

export const activities = { change, duplicate, daily, page, firstSync };
