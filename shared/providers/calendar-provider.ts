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
  /** The next refresh token, where the provider rotates them. It must be stored before the access token is used. */
  refreshToken?: string;
}

/** A push channel to be opened. */
export interface ChannelRequest {
  calendarUuid: string | null;
  /** `<calendar id>-<16 characters>`, chosen by us. */
  channelId: string;
  /** Proves that a push belongs to this channel. */
  secret: string;
  address: string;
}

/** The changes of one delta or listing, all pages together. */
export interface ChangeSet {
  kind: 'listing' | 'delta';
  changes: ProviderChange[];
  /** Sync token of the next delta. */
  syncToken: string;
  /** IANA zone of the calendar: all-day events begin at its midnight. */
  timeZone: string;
  /** Events that could not be read. */
  skipped: number;
}

/**
 * A calendar provider, as the sync uses it. Every call may throw `ProviderError`, whose verdict says what the failure means.
 * `calendarUuid` null is the account's primary calendar.
 */
export interface CalendarProvider {
  /** The first word of `connection_failure_data.error`. */
  name: 'Google' | 'Microsoft';
  /** Name of the shape of our requests. A sync token is valid for requests of one shape only. */
  syncShape: string;
  /** Fields of `raw` that change although the event is the same. */
  volatile: readonly string[];
  /** Fields of `raw` with the times of the event's creation and last change. */
  createdField: string;
  modifiedField: string;
  /** Fresh access token for the refresh token; one request. */
  authorize(credentials: Credentials): Promise<AccessToken>;
  /** With a sync token the changes since it, otherwise all events of the span. */
  fetchChanges(
    accessToken: string,
    request: { calendarUuid: string | null; syncToken: string | null; span: TimeSpan },
  ): Promise<ChangeSet>;
  /** Is the calendar in the account's calendar list? A 404 alone does not prove that it is deleted. */
  hasCalendar(accessToken: string, calendarUuid: string | null): Promise<boolean>;
  /** Opens a channel. Its id is stored before the call, because its first message may arrive before the answer. */
  openChannel(accessToken: string, request: ChannelRequest): Promise<OpenedChannel>;
  /** Renews a channel; null when it does not exist any more. Without this method a successor replaces the channel. */
  renewChannel?(accessToken: string, channel: OpenedChannel): Promise<OpenedChannel | null>;
  /** Stops a channel, or does nothing when it is stopped already. */
  closeChannel(accessToken: string, channel: OpenedChannel): Promise<void>;
}
