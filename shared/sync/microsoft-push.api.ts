import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import { type LifecycleEvent, lifecycleEvents } from './lifecycle-events.ts';
import type { SyncMessage } from './sync-message.ts';
import { pushBucket, type SyncQueue } from './sync-queue.ts';
import { verifyChannel } from './verify-channel.ts';

export interface ReceiveMicrosoftPushDeps {
  queue: SyncQueue;
  clock: Clock;
  logger: Logger;
  signingSecret: string;
  debounceWidthMs: number;
}

/** Graph's ids are shorter. A message of the queue has a limited size. */
const longestId = 512;

/** A notification of Graph, as far as it is used. */
interface GraphNotification {
  clientState: string;
  subscriptionId: string;
  lifecycleEvent: LifecycleEvent | undefined;
}

/** Graph's notifications are far smaller, a hundred in one request among them. A larger body is not parsed. */
const largestBody = 1_000_000;

/** Graph's validation tokens are shorter. */
const longestToken = 4096;

/**
 * Receives change notifications of Microsoft Graph
 * (https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks).
 * The first request of a subscription is the validation handshake, which has no secret. One later request may have
 * notifications of several subscriptions. Each is verified by its client state, `<channel id>.<secret>`, and all are
 * enqueued in one call. Unknown and forged notifications get the same 202. Only a failing queue is a 503, after which
 * Graph repeats the request for hours.
 */
export const createReceiveMicrosoftPush =
  (deps: ReceiveMicrosoftPushDeps) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const token = new URLSearchParams(event.rawQueryString).get('validationToken');
    if (token !== null) return echo(token);
    if ((event.body ?? '').length > largestBody) {
      deps.logger.warn('push too large', { bytes: event.body?.length });
      return { statusCode: 413 };
    }
    const entries = readEntries(deps, event);
    try {
      if (entries.length > 0) await deps.queue.sendAll(entries);
      return { statusCode: 202 };
    } catch (error) {
      deps.logger.error('push not enqueued', { messages: entries.length, error: error as Error });
      return { statusCode: 503 };
    }
  };

/** Repeats the token as plain text. The headers keep browsers from reading it as HTML, because anyone may send a token. */
const echo = (token: string): APIGatewayProxyStructuredResultV2 =>
  token.length > longestToken
    ? { statusCode: 400 }
    : {
        statusCode: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: token,
      };

/** One message per channel and kind. */
function readEntries(
  { signingSecret, clock, debounceWidthMs }: ReceiveMicrosoftPushDeps,
  event: APIGatewayProxyEventV2,
): { message: SyncMessage; deduplication: string }[] {
  const entries = new Map<string, { message: SyncMessage; deduplication: string }>();
  for (const { clientState, subscriptionId: subscription, lifecycleEvent } of readItems(event)) {
    const dot = clientState.lastIndexOf('.');
    const channelId = clientState.slice(0, dot);
    const calendarId = verifyChannel(signingSecret, channelId, clientState.slice(dot + 1));
    if (!calendarId) continue;
    const bucket = pushBucket(channelId, clock.now(), debounceWidthMs);
    const deduplication = lifecycleEvent
      ? `${lifecycleEvent}:${subscription}:${bucket.deduplication}`.slice(0, 100)
      : bucket.deduplication;
    const message: SyncMessage = lifecycleEvent
      ? {
          calendar_id: calendarId,
          trigger: 'lifecycle',
          lifecycle: { event: lifecycleEvent, subscription_id: subscription },
        }
      : {
          calendar_id: calendarId,
          trigger: 'push',
          channel: { id: channelId, resource_id: subscription },
          bucket_ends_at: bucket.endsAt,
        };
    entries.set(`${calendarId} ${deduplication}`, { message, deduplication });
  }
  return [...entries.values()];
}

/** The notifications that can be read. Parsed by hand: a schema library would cost this function half of its cold start. */
function readItems({ body, isBase64Encoded }: APIGatewayProxyEventV2): GraphNotification[] {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString();
  const { value } = fieldsOf(parse(text));
  return Array.isArray(value) ? value.flatMap((item) => readItem(fieldsOf(item)) ?? []) : [];
}

function readItem({ clientState, subscriptionId, lifecycleEvent }: Record<string, unknown>): GraphNotification | null {
  if (typeof clientState !== 'string' || typeof subscriptionId !== 'string') return null;
  if (subscriptionId.length > longestId) return null;
  return { clientState, subscriptionId, lifecycleEvent: readEvent(lifecycleEvent) };
}

/** An event that is not known only says that the calendar is to be read. */
const readEvent = (event: unknown): LifecycleEvent | undefined =>
  event === undefined || event === null ? undefined : (lifecycleEvents.find((known) => known === event) ?? 'missed');

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
