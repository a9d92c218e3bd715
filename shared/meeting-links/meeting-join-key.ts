import { classifyLink, type MeetingIdentity } from './classify-meeting-url.ts';
import { decodePercent } from './decode-percent.ts';
import type { ParsedLink } from './parse-link.ts';
import { resolveLink } from './resolve-link.ts';

/**
 * Identifies the meeting that a link leads to: `platform:meetingId`, whatever its passcode, wrapper, host or client path.
 * Without a meeting id it is `platform:host/path`. For an unknown platform it has the query, too, except passcodes, because
 * that may be all that distinguishes two meetings.
 */
export function meetingJoinKey(url: string): string {
  const link = resolveLink(url);
  return link ? joinKeyOf(link) : `unknown:${url.trim()}`;
}

/** Only names that mean nothing else: `p` is the passcode of a Teams link, but may be a page or a room elsewhere. */
const PASSCODE = /^(?:pwd|pw|passcode|password|tk)(?:=|$)/i;

const withoutPasscode = (query: string): string =>
  query
    .split('&')
    .filter((parameter) => !PASSCODE.test(decodePercent(parameter)))
    .join('&');

/** `meetingJoinKey` for a resolved link. */
export function joinKeyOf(link: ParsedLink, meeting: MeetingIdentity | null = classifyLink(link)): string {
  if (meeting?.meetingId) return `${meeting.platform}:${meeting.meetingId}`;
  const [path = '', ...query] = link.tail.replace(/#.*/, '').split('?');
  const place = link.authority + path.replace(/(?<!\/)\/+$/, '');
  if (meeting) return `${meeting.platform}:${place}`;
  const left = withoutPasscode(query.join('?'));
  return `unknown:${place}${left ? `?${left}` : ''}`;
}
