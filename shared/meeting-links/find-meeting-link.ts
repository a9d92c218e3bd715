import { classifyLink } from './classify-meeting-url.ts';
import { listLinks } from './list-links.ts';
import { joinKeyOf } from './meeting-join-key.ts';
import type { MeetingPlatform } from './meeting-platforms.ts';
import { resolveLink } from './resolve-link.ts';

export interface MeetingLinkSources {
  /**
   * The provider's own links to the meeting, best first: Google's video entry points in `conferenceData`, then
   * `hangoutLink`; Graph's `onlineMeeting.joinUrl`. Entry points of type `more` are dial-in pages and are left out.
   */
  readonly entryPoints: readonly string[];
  readonly location: string | null;
  /** HTML or text. */
  readonly body: string | null;
}

export interface MeetingLink {
  /** Unwrapped and cleaned, with passcode and fragment. */
  readonly url: string;
  readonly platform: MeetingPlatform;
}

/**
 * The link that joins an event's meeting: the provider's own entry point, else the first link of a known platform in the
 * location, else in the body. If one source has several links to that meeting, the longest is returned, because it
 * contains the passcode. Never throws; the time is linear in the size of the sources.
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

/** An entry point of the provider is a meeting, even on an unknown platform. */
function findAny(entryPoints: readonly string[]): MeetingLink | null {
  const url = entryPoints.map((entryPoint) => resolveLink(entryPoint)?.url).find((link) => link && /^http/i.test(link));
  return url ? { url, platform: 'unknown' } : null;
}
