import type { ProviderChange } from '../events/calendar-event.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { OpenedChannel } from '../sync/sync-state.ts';
import type { TimeSpan } from '../sync/sync-window.ts';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
}

export interface AccessToken {
  token: string;
  expiresAt: Timestamp;
  /** The next refresh token, where the provider rotates them: it must be stored before this one is used on. */
  refreshToken?: string;
}

/** A push channel to be opened. */
export interface ChannelRequest {
  calendarUuid: string | null;
  /** Our name for it, `<calendar id>-<16 characters>`. */
  channelId: string;
  /** Proves that a push is of this channel. */
  secret: string;
  address: string;
}

/** The changes of one round, all pages together. */
export interface ChangeSet {
  kind: 'listing' | 'delta';
  changes: ProviderChange[];
  /** Where the next delta starts. */
  syncToken: string;
  /** IANA zone of the calendar, where all-day events depend on it. */
  timeZone: string;
  /** Events that could not be read. */
  skipped: number;
}

/**
 * What the sync engine asks of Google and Microsoft. Every call may throw `ProviderError`, whose verdict says what the
 * failure means; `calendarUuid` null is the account's primary calendar.
 */
export interface CalendarProvider {
  /** As it begins `connection_failure_data.error`. */
  name: 'Google' | 'Microsoft';
  /** Names everything about our requests that sync tokens depend on. */
  syncShape: string;
  /** Fields of `raw` that move without a change. */
  volatile: readonly string[];
  /** Fields of `raw` that say when the event was made, and when it was changed last. */
  createdField: string;
  modifiedField: string;
  /** Fresh access token for the refresh token; one request. */
  authorize(credentials: Credentials): Promise<AccessToken>;
  /** With a sync token the changes since it, otherwise all events of the span. */
  fetchChanges(
    accessToken: string,
    request: { calendarUuid: string | null; syncToken: string | null; span: TimeSpan },
  ): Promise<ChangeSet>;
  /** Is the calendar still in the account's calendar list? Decides whether a 404 was the truth. */
  hasCalendar(accessToken: string, calendarUuid: string | null): Promise<boolean>;
  /** Opens the channel that was stored before the call, because its first message may arrive before the answer. */
  openChannel(accessToken: string, request: ChannelRequest): Promise<OpenedChannel>;
  /** Prolongs a channel, where the provider can; null when it is gone. Otherwise a successor replaces it. */
  renewChannel?(accessToken: string, channel: OpenedChannel): Promise<OpenedChannel | null>;
  /** Stops a channel; one that is already gone is fine. */
  closeChannel(accessToken: string, channel: OpenedChannel): Promise<void>;
}
