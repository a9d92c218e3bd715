import type { FunctionName } from '../../shared/service/routes.ts';
import { meanOf } from '../simulation/random.ts';
import { serviceTimes } from '../simulation/service-times.ts';
import { logBytes, measuredCounts, type TableUse } from './measured-counts.ts';

/** What one activity consumes beside the table. */
export interface Activity {
  table: Pick<TableUse, 'writes' | 'reads'>;
  /** Invocations of Lambda: of which function, and how long they are charged. */
  invocations: { by: FunctionName; ms: number }[];
  /** Time that an invocation counted elsewhere takes longer. */
  addedMs?: { by: FunctionName; ms: number };
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

const receive = { by: 'receive-google-push', ms: 8 } as const;

/** Requests to SQS of a worker for a message: it hides the message while it works. A test counts them. */
export const workerRequestsPerMessage = 1;
/** Send, receive, delete: and what the worker does. */
const requestsPerMessage = 3 + workerRequestsPerMessage;

/**
 * One request to KMS for twenty opened secrets. A process asks once for each data key, and a data key has the calendars that
 * one process of the API has connected in a day. A process that works for two hours meets each of some hundred data keys
 * many times.
 */
const unwraps = 0.05;

/** A change of an event: push, sync with a valid access token, notification, one webhook. */
const change: Activity = {
  table: measuredCounts['a title changes'],
  invocations: [
    receive,
    { by: 'sync-calendar', ms: meanOf(serviceTimes.changeSync) },
    { by: 'fan-out-notification', ms: meanOf(serviceTimes.fanOut) },
  ],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  queueRequests: requestsPerMessage,
  busEvents: 1,
  // The access token, and the secret of the endpoint.
  kmsRequests: 2 * unwraps,
  logBytes: logBytes.change,
  // One request to the provider, one to the endpoint.
  sentBytes: 2_000 + 2_500,
};

/** A notification that brings nothing: a duplicate, or a change outside the window. */
const duplicate: Activity = {
  table: measuredCounts['a notification without a change'],
  invocations: [receive, { by: 'sync-calendar', ms: meanOf(serviceTimes.quietSync) }],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  kmsRequests: unwraps,
  logBytes: logBytes.quiet,
  sentBytes: 2_000,
};

/** What a sync does besides when the access token has expired, after an hour: opens two secrets, stores one token. */
const refresh: Activity = {
  table: measuredCounts['a token refresh'],
  invocations: [],
  addedMs: { by: 'sync-calendar', ms: meanOf(serviceTimes.refresh) },
  logBytes: 0,
  sentBytes: 1_500,
};

/** The daily sync of a calendar: claim of its timer, token, listing, delta; every sixth time its channel. */
const daily: Activity = {
  table: measuredCounts['an idle day'],
  invocations: [{ by: 'sync-calendar', ms: meanOf(serviceTimes.dailySync) }],
  fifoRequests: requestsPerMessage,
  kmsRequests: unwraps,
  logBytes: logBytes.quiet,
  sentBytes: 10_000,
};

/** A page of a hundred events that a client reads after a webhook, compressed. */
const page: Activity = {
  table: measuredCounts['a page of a hundred events'],
  invocations: [{ by: 'api-calendar-events', ms: 60 }],
  apiRequests: 1,
  logBytes: 0,
  sentBytes: 25_000,
};

/** The first sync of a calendar with 1,000 events in its window. */
const firstSync: Activity = {
  table: measuredCounts['the first sync of a thousand events'],
  invocations: [{ by: 'sync-calendar', ms: 12_000 }],
  apiRequests: 1,
  fifoRequests: requestsPerMessage,
  queueRequests: requestsPerMessage,
  busEvents: 2,
  kmsRequests: 1,
  logBytes: 4_000,
  sentBytes: 20_000,
};

export const activities = { change, duplicate, refresh, daily, page, firstSync };
