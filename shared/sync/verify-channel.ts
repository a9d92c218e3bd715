import { isSignature } from '../platform/signing.ts';

/** `<calendar id>-<16 characters>`, as channels are named when they are opened. */
const channelName = /^(cal_[A-Za-z0-9]{16})-[A-Za-z0-9]{16}$/;

/**
 * Whose push is this? The channel's name says it, and its secret, an HMAC of the name, proves it: no table is read.
 *
 * @returns the calendar's id, or null for a channel that is none of ours
 */
export function verifyChannel(signingSecret: string, channelId: string, secret: string): string | null {
  const calendarId = channelName.exec(channelId)?.[1];
  return calendarId && isSignature(secret, signingSecret, 'push-channel', channelId) ? calendarId : null;
}
