import * as z from 'zod';
import type { OpenedChannel } from '../../sync/sync-state.ts';
import type { ChannelRequest } from '../calendar-provider.ts';
import { channelExpiry } from '../channel-expiry.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import type { GraphApi } from './graph-api.ts';
import { eventsResource } from './mailbox-path.ts';

/** An hour less than the longest lifetime of a subscription to events, 10,080 minutes. The answer's expiration counts. */
const lifetimeMs = (10_080 - 60) * 60_000;

const subscriptionSchema = z.object({ id: z.string(), expirationDateTime: z.unknown().optional() });

const expiry = (now: number): string => new Date(now + lifetimeMs).toISOString();

function readSubscription(channelId: string, answer: unknown, now: number): OpenedChannel {
  const { id, expirationDateTime } = readAnswer(subscriptionSchema, answer);
  return { id: channelId, resource_id: id, expires_at: channelExpiry(expirationDateTime, now + lifetimeMs) };
}

/**
 * Subscribes to a calendar's events (https://learn.microsoft.com/en-us/graph/api/resources/subscription). One request may
 * bring notifications of several channels, so the client state has the channel's name and its proof. The address for
 * lifecycle notifications cannot be added later.
 *
 * @throws ProviderError
 */
export async function openMicrosoftChannel(
  api: GraphApi,
  request: ChannelRequest,
  now: number,
): Promise<OpenedChannel> {
  const subscription = {
    changeType: 'created,updated,deleted',
    notificationUrl: request.address,
    lifecycleNotificationUrl: `${request.address}/lifecycle`,
    resource: eventsResource(request.calendar),
    expirationDateTime: expiry(now),
    clientState: `${request.channelId}.${request.secret}`,
  };
  try {
    return readSubscription(request.channelId, await api.send('POST', '/subscriptions', subscription), now);
  } catch (error) {
    throw error instanceof ProviderError ? refusalOf(error) : error;
  }
}

/**
 * A 4xx means that Graph does not push for this calendar or to this address. A failed handshake is retried, because a cold
 * start may be the reason. A 409 is another subscription to the same calendar, perhaps of another application: it is
 * left alone, and the request is retried.
 */
function refusalOf(error: ProviderError): ProviderError {
  const isSlowStart = /validation/i.test(`${error.providerCode} ${error.message}`);
  if (!refusals.has(error.verdict.kind)) return error;
  const verdict: ProviderVerdict = isSlowStart
    ? { kind: 'retry', error: 'provider_unavailable' }
    : { kind: 'push_unsupported' };
  return new ProviderError(verdict, error.providerCode, error.message, { cause: error });
}

const refusals = new Set<ProviderVerdict['kind']>(['disconnect', 'operator', 'missing', 'refused', 'rejected']);

/** Without another one the calendar would be polled for ever: a refused renewal may be the way to say that it is gone. */
const notRenewable = new Set<ProviderVerdict['kind']>(['missing', 'refused', 'rejected', 'resync']);

/** Renews a subscription. @returns null when it cannot be renewed: another one is needed @throws ProviderError */
export async function renewMicrosoftChannel(
  api: GraphApi,
  channel: OpenedChannel,
  now: number,
): Promise<OpenedChannel | null> {
  const path = `/subscriptions/${encodeURIComponent(channel.resource_id)}`;
  try {
    return readSubscription(channel.id, await api.send('PATCH', path, { expirationDateTime: expiry(now) }), now);
  } catch (error) {
    if (error instanceof ProviderError && notRenewable.has(error.verdict.kind)) return null;
    throw error;
  }
}

/** @throws ProviderError */
export async function closeMicrosoftChannel(api: GraphApi, { resource_id: id }: OpenedChannel): Promise<void> {
  try {
    await api.send('DELETE', `/subscriptions/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof ProviderError && notRenewable.has(error.verdict.kind))) throw error;
  }
}
