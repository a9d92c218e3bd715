import { classifyLink } from './classify-meeting-url.ts';
import { listLinks } from './list-links.ts';
import { joinKeyOf } from './meeting-join-key.ts';
import type { MeetingPlatform } from './meeting-platforms.ts';
import { resolveLink } from './resolve-link.ts';

export interface MeetingLinkSources {
  /**
   * What the provider itself calls the meeting's address, best first: Google's `conferenceData` video entry points,
   * then `hangoutLink`; Graph's `onlineMeeting.joinUrl`. Not `more` entry points, which are dial-in pages.
   */
  readonly entryPoints: readonly string[];
  readonly location: string | null;
  /** HTML or text. */
  readonly body: string | null;
}

export interface MeetingLink {
  /** Ready to be opened: unwrapped and cleaned, passcode and fragment kept. */
  readonly url: string;
  readonly platform: MeetingPlatform;
}

/**
 * The link that joins an event's meeting: the provider's own entry point if there is one, else the first link of a
 * known platform in the location, else in the body. Of several links to that meeting in one place the longest wins,
 * for it carries the passcode. Never throws; linear in the size of the sources.
 */
export function findMeetingLink({ entryPoints, location, body }: MeetingLinkSources): MeetingLink | null {
  return (
    findKnown(entryPoints) ??
    findAny(entryPoints) ??
    findKnown(listLinks(location ?? '')) ??
    findKnown(listLinks(body ?? ''))
  );
}

function findKnown(candidates: readonly string[]): MeetingLink | null {
  let best: (MeetingLink & { key: string }) | null = null;
  for (const candidate of candidates) {
    const link = resolveLink(candidate);
    const platform = link && classifyLink(link)?.platform;
    if (!link || !platform) continue;
    const key = joinKeyOf(link);
    if (!best || (key === best.key && link.url.length > best.url.length)) best = { url: link.url, platform, key };
  }
  return best && { url: best.url, platform: best.platform };
}

/** An entry point the provider vouches for is a meeting even where we do not know the platform. */
function findAny(entryPoints: readonly string[]): MeetingLink | null {
  const url = entryPoints.map((entryPoint) => resolveLink(entryPoint)?.url).find((link) => link && /^http/i.test(link));
  return url ? { url, platform: 'unknown' } : null;
}
