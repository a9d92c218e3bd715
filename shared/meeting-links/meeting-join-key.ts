import { classifyLink } from './classify-meeting-url.ts';
import type { ParsedLink } from './parse-link.ts';
import { resolveLink } from './resolve-link.ts';

/**
 * What two links have in common exactly when they lead to the same meeting: `platform:meetingId`, whatever the
 * passcode, wrapper, host spelling or client path. Without a meeting id it is `platform:host/path`, and for an unknown
 * provider the query as well, because there it may be all that tells two meetings apart.
 */
export function meetingJoinKey(url: string): string {
  const link = resolveLink(url);
  return link ? joinKeyOf(link) : `unknown:${url.trim()}`;
}

/** `meetingJoinKey` for a link that is resolved already. */
export function joinKeyOf(link: ParsedLink): string {
  const meeting = classifyLink(link);
  if (meeting?.meetingId) return `${meeting.platform}:${meeting.meetingId}`;
  const [path = '', query] = link.tail.replace(/#.*/, '').split('?', 2);
  const place = link.authority + path.replace(/(?<!\/)\/+$/, '');
  return meeting ? `${meeting.platform}:${place}` : `unknown:${place}${query ? `?${query}` : ''}`;
}
