import { createHash } from 'node:crypto';
import type { PushSender } from '../push-sender.ts';
import type { CalendarState } from './calendar-state.ts';
import { calendarError } from './google-error.ts';
import type { GoogleAccount, SimulatorState } from './simulator-state.ts';

const DAY_MS = 86_400_000;
/** Google's internal limit is not documented; a longer wish is shortened, never refused. */
const MAX_CHANNEL_MS = 30 * DAY_MS;
const DEFAULT_TTL_MS = 7 * DAY_MS;

export type PushChannel = {
  id: string;
  calendarId: string;
  account: string;
  clientId: string;
  resourceId: string;
  resourceUri: string;
  address: string;
  token: string | undefined;
  expiresMs: number;
  stoppedMs: number | undefined;
  messageNumber: number;
};

/** What the record of deliveries says of a notification. */
export type ChannelMessage = { channelId: string; messageNumber: number; state: 'sync' | 'exists' };

export type PushChannels = {
  channels: Map<string, PushChannel>;
  watch(
    calendar: CalendarState,
    account: GoogleAccount,
    body: unknown,
    baseUrl: string,
  ): Promise<Record<string, unknown>>;
  stop(account: GoogleAccount, body: unknown): void;
  /** Announces a change of a calendar to all its live channels. */
  notify(calendarId: string): void;
};

type WatchRequest = {
  id: string;
  address: string;
  token: string | undefined;
  expiration: number | undefined;
  ttlMs: number | undefined;
};

function refuse(reason: string, message: string): never {
  throw calendarError(400, reason, message);
}

function asRecord(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('parseError', 'Parse Error');
  return body as Record<string, unknown>;
}

function readDigits(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return refuse('invalid', `Invalid value for: ${name}`);
  return Number(text);
}

/** Accepts https, and plain http on loopback only. The provider accepts https only; tests and the local stack need http. */
function checkAddress(address: unknown): string {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return url.href;
  return refuse('push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${String(address)}`);
}

function parseWatch(body: unknown): WatchRequest {
  const { id, type, address, token, expiration, params, ...unknown } = asRecord(body);
  const extra = Object.keys(unknown).find((name) => name !== 'payload' && name !== 'kind');
  if (extra !== undefined) refuse('invalid', `Invalid JSON payload: unknown name "${extra}".`);
  if (typeof id !== 'string' || id === '') return refuse('required', 'Required: id');
  if (id.length > 64 || !/^[A-Za-z0-9\-_+/=]+$/.test(id)) {
    return refuse('channelIdInvalid', 'Channel id must match [A-Za-z0-9\\-_\\+/=]+ and have at most 64 characters.');
  }
  if (type !== 'web_hook' && type !== 'webhook') return refuse('channelUnknown', 'Unknown channel type');
  if (token !== undefined && (typeof token !== 'string' || token.length > 256)) {
    return refuse('invalid', 'Channel token must be a string of at most 256 characters.');
  }
  const ttl = params === undefined ? undefined : readDigits(asRecord(params).ttl, 'params.ttl');
  return {
    id,
    address: checkAddress(address),
    token,
    expiration: readDigits(expiration, 'expiration'),
    ttlMs: ttl === undefined ? undefined : ttl * 1000,
  };
}

/** Push channels of events. `sender` carries the messages; expiry follows the simulator's clock. */
export function createPushChannels(state: SimulatorState, sender: PushSender<ChannelMessage>): PushChannels {
  const channels = new Map<string, PushChannel>();

  const send = (channel: PushChannel, resourceState: 'sync' | 'exists', delayMs: number) => {
    const headers = {
      'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      'x-goog-channel-id': channel.id,
      'x-goog-channel-expiration': new Date(channel.expiresMs).toUTCString(),
      'x-goog-resource-state': resourceState,
      'x-goog-message-number': String(channel.messageNumber),
      'x-goog-resource-id': channel.resourceId,
      'x-goog-resource-uri': channel.resourceUri,
      ...(channel.token === undefined ? {} : { 'x-goog-channel-token': channel.token }),
    };
    const about = { channelId: channel.id, messageNumber: channel.messageNumber, state: resourceState };
    return sender.deliver({ address: channel.address, headers, about }, delayMs);
  };

  const expiryOf = (wish: WatchRequest): number => {
    const now = state.now();
    const asked = Math.min(wish.expiration ?? Infinity, wish.ttlMs === undefined ? Infinity : now + wish.ttlMs);
    if (asked <= now) return refuse('channelExpirationInvalid', 'The channel would expire before it is created.');
    const limit = Math.min(state.switches.shortChannelTtlMs ?? MAX_CHANNEL_MS, MAX_CHANNEL_MS);
    return Math.min(asked === Infinity ? now + DEFAULT_TTL_MS : asked, now + limit);
  };

  const isSilent = (channel: PushChannel): boolean => {
    const now = state.now();
    if (channel.expiresMs <= now) return true;
    return channel.stoppedMs !== undefined && now >= channel.stoppedMs + state.switches.notifyAfterStopMs;
  };

  return {
    channels,
    async watch(calendar, account, body, baseUrl) {
      const wish = parseWatch(body);
      if (channels.has(wish.id)) refuse('channelIdNotUnique', 'Channel id not unique');
      if (!calendar.watchable) {
        refuse('pushNotSupportedForRequestedResource', 'Push notifications are not supported by this resource.');
      }
      const path = `/calendar/v3/calendars/${encodeURIComponent(calendar.id)}/events`;
      const channel: PushChannel = {
        id: wish.id,
        calendarId: calendar.id,
        account: account.email,
        clientId: account.clientId,
        // The same for every channel of a resource.
        resourceId: createHash('sha256').update(path).digest('base64url').slice(0, 27),
        resourceUri: `${baseUrl}${path}?alt=json`,
        address: wish.address,
        token: wish.token,
        expiresMs: expiryOf(wish),
        stoppedMs: undefined,
        messageNumber: 1,
      };
      channels.set(channel.id, channel);
      // Google's `sync` message may overtake the answer. Here it always does, so that no client relies on the opposite.
      await send(channel, 'sync', 0);
      return {
        kind: 'api#channel',
        id: channel.id,
        resourceId: channel.resourceId,
        resourceUri: channel.resourceUri,
        ...(channel.token === undefined ? {} : { token: channel.token }),
        expiration: String(channel.expiresMs),
      };
    },
    stop(account, body) {
      const { id, resourceId } = asRecord(body);
      if (typeof id !== 'string' || typeof resourceId !== 'string') {
        throw calendarError(400, 'required', 'Required: id and resourceId');
      }
      const channel = channels.get(id);
      const own = channel?.account === account.email && channel.clientId === account.clientId;
      const live = channel?.stoppedMs === undefined && (channel?.expiresMs ?? 0) > state.now();
      if (channel === undefined || !own || !live || channel.resourceId !== resourceId) {
        throw calendarError(404, 'notFound', `Channel '${id}' not found for project '1'`);
      }
      channel.stoppedMs = state.now();
    },
    notify(calendarId) {
      for (const channel of channels.values()) {
        if (channel.calendarId !== calendarId || isSilent(channel)) continue;
        // Numbers grow but are not consecutive: they must not serve as a gap detector.
        channel.messageNumber += 2 + Math.floor(state.random() * 1000);
        const { loseNotifications: lost, duplicateNotifications, delayNotificationsMs } = state.switches;
        if (lost === true || (typeof lost === 'number' && state.random() < lost)) continue;
        for (let copy = 0; copy <= duplicateNotifications; copy++) void send(channel, 'exists', delayNotificationsMs);
      }
    },
  };
}
