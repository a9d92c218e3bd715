import { decodePercent } from './decode-percent.ts';
import { indexByHost } from './index-by-host.ts';
import type { MeetingPlatform, PlatformRow } from './meeting-platforms.ts';
import { MEETING_PLATFORMS } from './meeting-platforms.ts';
import type { ParsedLink } from './parse-link.ts';
import { resolveLink } from './resolve-link.ts';

export interface MeetingIdentity {
  readonly platform: MeetingPlatform;
  /** The same for every spelling of a link to the meeting; null for a link without an id. */
  readonly meetingId: string | null;
  /** A chat or a stream: perhaps no meeting. */
  readonly isPossible?: true;
}

const rowsOf = indexByHost<PlatformRow & { readonly platform: MeetingPlatform }>(MEETING_PLATFORMS);

/** Does the host belong to a known platform? Not all of its links lead to meetings. */
export const isMeetingHost = (host: string): boolean => rowsOf(host).length > 0;

/** Platform and id of the meeting that a link leads to, wrapped or not; null without a known platform. */
export function classifyMeetingUrl(url: string): MeetingIdentity | null {
  const link = resolveLink(url);
  return link && classifyLink(link);
}

/** `classifyMeetingUrl` for a resolved link. */
export function classifyLink(link: ParsedLink): MeetingIdentity | null {
  for (const row of rowsOf(link.host)) {
    const match = row.link.exec(link.tail);
    if (!match) continue;
    const meetingId = meetingIdOf(row, match.groups ?? {}, link.host);
    return { platform: row.platform, meetingId, ...(row.isPossible && { isPossible: true }) };
  }
  return null;
}

function meetingIdOf(row: PlatformRow, { id, coords }: Readonly<Record<string, string>>, host: string): string | null {
  if (coords) return teamsMeetingIdOf(coords);
  if (!id) return null;
  // Twice, because launchers and redirectors escape an escaped link again.
  const decoded = decodePercent(decodePercent(id)).replace(/\/+$/, '');
  const folded = row.foldsCase ? decoded.toLowerCase() : decoded;
  return row.perHost ? `${host.replace(/^www\./, '')}/${folded}` : folded;
}

/** Links to the guest page of Teams contain base64 JSON: thread and message of a work account, or a personal code. */
function teamsMeetingIdOf(coords: string): string | null {
  const json = decodePercent(Buffer.from(decodePercent(coords), 'base64').toString());
  const thread = /"conversationId"\s*:\s*"([^"]+)"/.exec(json)?.[1];
  const message = /"messageId"\s*:\s*"?([1-9]\d*)/.exec(json)?.[1];
  if (thread) return message ? `${thread}/${message}` : thread;
  return /"meetingCode"\s*:\s*"?(\d+)/.exec(json)?.[1] ?? null;
}
