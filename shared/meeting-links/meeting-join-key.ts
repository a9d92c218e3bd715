import { classifyLink, type MeetingIdentity } from './classify-meeting-url.ts';
import type { ParsedLink } from './parse-link.ts';
import { resolveLink } from './resolve-link.ts';

/**
 * Identifies the meeting that a link leads to: `platform:meetingId`, whatever its passcode, wrapper, host or client path.
 * Without a meeting id it is `platform:host/path`. For an unknown platform it has the query, too, because that may be all
 * that distinguishes two meetings.
 */
export function meetingJoinKey(url: string): string {
  const link = resolveLink(url);
  return link ? joinKeyOf(link) : `unknown:${url.trim()}`;
}

/** `meetingJoinKey` for a resolved link. */
export function joinKeyOf(link: ParsedLink, meeting: MeetingIdentity | null = classifyLink(link)): string {
  if (meeting?.meetingId) return `${meeting.platform}:${meeting.meetingId}`;
  const [path = '', query] = link.tail.replace(/#.*/, '').split('?', 2);
  const place = link.authority + path.replace(/(?<!\/)\/+$/, '');
  return meeting ? `${meeting.platform}:${place}` : `unknown:${place}${query ? `?${query}` : ''}`;
}
