import * as z from 'zod';
import type { OpenedChannel } from '../../sync/sync-state.ts';
import type { ChannelRequest } from '../calendar-provider.ts';
import { channelExpiry } from '../channel-expiry.ts';
import { ProviderError } from '../provider-error.ts';
import { readAnswer } from '../read-answer.ts';
import type { GoogleApi } from './google-api.ts';

/** The lifetime that is requested. Google may shorten it (push guide): the answer's expiration counts. */
const lifetimeSeconds = 7 * 86_400;

const channelSchema = z.object({ resourceId: z.string(), expiration: z.unknown().optional() });

/** https://developers.google.com/workspace/calendar/api/guides/push @throws ProviderError */
export async function openGoogleChannel(api: GoogleApi, request: ChannelRequest, now: number): Promise<OpenedChannel> {
  const answer = readAnswer(
    channelSchema,
    await api.post(`/calendars/${encodeURIComponent(request.calendar.uuid ?? 'primary')}/events/watch`, {
      id: request.channelId,
      type: 'web_hook',
      address: request.address,
      token: request.secret,
      params: { ttl: String(lifetimeSeconds) },
    }),
  );
  return {
    id: request.channelId,
    resource_id: answer.resourceId,
    expires_at: channelExpiry(answer.expiration, now + lifetimeSeconds * 1000),
  };
}

/** Only the user and client that opened a channel can stop it. @throws ProviderError */
export async function closeGoogleChannel(api: GoogleApi, { id, resource_id }: OpenedChannel): Promise<void> {
  try {
    await api.post('/channels/stop', { id, resourceId: resource_id });
  } catch (error) {
    // 404 and 410: the channel is stopped already.
    if (!(error instanceof ProviderError && ['missing', 'refused', 'rejected', 'resync'].includes(error.verdict.kind)))
      throw error;
  }
}
