import type { Calendar } from '../calendars/calendar.ts';
import { connectTimingMs } from '../platform/account-timing.ts';
import { sign } from '../platform/signing.ts';
import { formatTimestamp, microsOf, millisOf, type Timestamp, timestampOfMicros } from '../platform/timestamp.ts';

/** A lost connection: the calendar, and when it was lost. */
export interface Loss {
  calendarId: string;
  at: Timestamp;
}

const lossText = ({ calendarId, at }: Loss): string => `${calendarId}\0${at}`;

/**
 * The link that heals a lost connection. It is a signature, and is not stored: each answer that shows the loss computes the
 * same link.
 */
export function reconnectUrl(
  { publicUrl, signingSecret }: { publicUrl: string; signingSecret: string },
  loss: Loss,
): string {
  const time = microsOf(loss.at).toString(36);
  const signature = sign(signingSecret, 'reconnect-link', lossText(loss));
  return `${publicUrl}/connect/open/${loss.calendarId.slice('cal_'.length)}.${time}.${signature}`;
}

/** Reads the token of a link. Its signature is not checked. @returns null for any other text */
export function readReconnectToken(token: string): { loss: Loss; signature: string } | null {
  const [, id, time, signature] = /^([A-Za-z0-9]{16})\.([0-9a-z]{1,11})\.([\w-]{43})$/.exec(token) ?? [];
  if (id === undefined || time === undefined || signature === undefined) return null;
  const micros = Number.parseInt(time, 36);
  if (!Number.isSafeInteger(micros)) return null;
  return { loss: { calendarId: `cal_${id}`, at: timestampOfMicros(micros) }, signature };
}

/** Is the link of a loss still of use? @param now milliseconds since the epoch */
export const isReconnectable = (at: Timestamp, now: number): boolean =>
  now < millisOf(at) + connectTimingMs.reconnectLink;

/** Where the links of this deployment lead, and what signs them. */
export interface ReconnectLinks {
  publicUrl: string;
  signingSecret: string;
}

/** A failure as it is shown, with its link as long as that works. @param links absent: without a link */
export function showFailure(
  { id, connection_failure_data: failure }: Pick<Calendar, 'id' | 'connection_failure_data'>,
  now: number,
  links?: ReconnectLinks,
) {
  if (!failure) return null;
  const { oauth_app_id: app, timestamp, ...shown } = failure;
  const isHealable = links && app !== undefined && isReconnectable(timestamp, now);
  return {
    ...shown,
    timestamp: formatTimestamp(timestamp),
    ...(isHealable && { reconnect_url: reconnectUrl(links, { calendarId: id, at: timestamp }) }),
  };
}
