import { classifyLink, isMeetingHost } from './classify-meeting-url.ts';
import { isWrapperHost } from './link-wrappers.ts';
import { listLinks } from './list-links.ts';
import { joinKeyOf } from './meeting-join-key.ts';
import type { MeetingPlatform } from './meeting-platforms.ts';
import { type ResolvedLink, resolveLink } from './resolve-link.ts';

export interface MeetingLinkSources {
  readonly title: string | null;
  /**
   * The provider's own links to the meeting, best first: Google's video entry points in `conferenceData`, then
   * `hangoutLink`; Graph's `onlineMeeting.joinUrl`. Entry points of type `more` are dial-in pages and are left out.
   */
  readonly entryPoints: readonly string[];
  readonly location: string | null;
  /** HTML or text. */
  readonly body: string | null;
}

/** Where links are looked for, the most reliable place first. */
export const linkPlaces = ['entry_point', 'location', 'body', 'title'] as const;
type LinkPlace = (typeof linkPlaces)[number];

export interface MeetingLink {
  /** Unwrapped and cleaned, with passcode and fragment, without login tokens. */
  readonly url: string;
  readonly platform: MeetingPlatform;
}

interface LinkCandidate extends MeetingLink {
  /** The first place that has it. */
  readonly place: LinkPlace;
  /** `possible`: a chat or a stream, which may be no meeting. */
  readonly certainty: 'certain' | 'possible';
  readonly has_passcode: boolean;
}

/**
 * Why the first candidate was chosen. `only_one`: there is no other; `place`: it is the first certain link in the best
 * place; `passcode`, `path`: another link of the same meeting is in a better place, but has no passcode, or is cut or leads to
 * the web client or the host's page; `only_possible`: no link is certain.
 */
export const choiceReasons = ['only_one', 'place', 'passcode', 'path', 'only_possible'] as const;
export type ChoiceReason = (typeof choiceReasons)[number];

export interface MeetingLinks {
  /** The chosen link first, then the others as they rank. */
  readonly candidates: readonly LinkCandidate[];
  /** Null without candidates. */
  readonly reason: ChoiceReason | null;
}

interface Found extends LinkCandidate {
  readonly key: string;
  /** 0 is best. */
  readonly tier: number;
  readonly path: number;
  readonly isCut: boolean;
}

/**
 * All links of an event that may join its meeting. What is certainly a meeting ranks before what only may be one, then
 * counts the place. Of all links to the meeting that ranks first, in all places, the one that carries the passcode is
 * chosen, and a page for participants before a web client before the host's page. Never throws; linear time.
 *
 * @param meetingHosts hosts whose every link is a meeting (project setting), such as a self-hosted Jitsi
 */
export function listMeetingLinks(sources: MeetingLinkSources, meetingHosts: readonly string[] = []): MeetingLinks {
  const texts: Record<LinkPlace, readonly string[]> = {
    entry_point: sources.entryPoints,
    location: listLinks(sources.location ?? '', meetingHosts),
    body: listLinks(sources.body ?? '', meetingHosts),
    title: listLinks(sources.title ?? '', meetingHosts),
  };
  const byUrl = new Map<string, Found>();
  for (const place of linkPlaces) {
    for (const text of texts[place]) {
      const found = examine(text, place, meetingHosts);
      if (found && !byUrl.has(found.url)) byUrl.set(found.url, found);
    }
  }
  const ranked = [...byUrl.values()].sort((one, other) => one.tier - other.tier);
  const [first] = ranked;
  if (!first) return { candidates: [], reason: null };
  const [chosen = first] = ranked
    .filter(({ key }) => key === first.key)
    .sort(
      (one, other) =>
        Number(other.has_passcode) - Number(one.has_passcode) ||
        Number(one.isCut) - Number(other.isCut) ||
        one.path - other.path,
    );
  const candidates = [chosen, ...ranked.filter((found) => found !== chosen)];
  return { candidates: candidates.map(show), reason: reasonOf(first, chosen, ranked.length) };
}

/** The link that joins the meeting; null when there is none. */
export function findMeetingLink(sources: MeetingLinkSources, meetingHosts?: readonly string[]): MeetingLink | null {
  const [chosen] = listMeetingLinks(sources, meetingHosts).candidates;
  return chosen ? { url: chosen.url, platform: chosen.platform } : null;
}

function examine(text: string, place: LinkPlace, meetingHosts: readonly string[]): Found | null {
  const link = resolveLink(text);
  if (!link) return null;
  const meeting = classifyLink(link);
  const platform = meeting?.platform ?? (isUnknownMeeting(link, meetingHosts, place) ? 'unknown' : null);
  if (!platform) return null;
  const certainty = meeting?.isPossible ? 'possible' : 'certain';
  return {
    url: link.url,
    platform,
    place,
    certainty,
    has_passcode: (OWN_PASSCODE[platform] ?? PASSCODE).test(link.tail),
    key: joinKeyOf(link, meeting),
    tier: tierOf(place, meeting !== null, certainty),
    path: pathOf(link),
    isCut: link.isCut,
  };
}

/**
 * An entry point of the provider is a meeting, even on a platform that we do not know. A link of a known host that names no
 * meeting is cut or another page, and one of a wrapper's host leads to an unknown place.
 */
function isUnknownMeeting({ host, url, tail }: ResolvedLink, hosts: readonly string[], place: LinkPlace): boolean {
  if (!/^http/i.test(url)) return false;
  if (tail.length > 1 && hosts.includes(host)) return true;
  return place === 'entry_point' && !isMeetingHost(host) && !isWrapperHost(host);
}

function tierOf(place: LinkPlace, isKnown: boolean, certainty: LinkCandidate['certainty']): number {
  if (certainty === 'possible') return 3;
  if (place !== 'entry_point') return 2;
  return isKnown ? 0 : 1;
}

/** Zoom, webinars (`tk`), Teams (`p`), RingCentral (`pw`), Linux Foundation, Jazz (`psw`); a fragment at Proton Meet. */
const PASSCODE = /[?&](?:pwd|tk|p|pw|psw|passcode|password)=[^&#]|#(?:[^#]*&)?pwd-[^&]/i;

/** Where others have it. `p` of FaceTime is the id. */
const OWN_PASSCODE: Partial<Record<MeetingPlatform, RegExp>> = { bluejeans: /^\/\d+\/\d/, facetime: /[#&]k=[^&]/ };

/** Web clients (Zoom, Teams, Webex, BlueJeans, Chime) join, but ask more; host pages ask for a login. */
const WEB_CLIENT =
  /^\/wc\/|^\/light-meetings\/|^\/(?:_|v2\/?)?(?:\?[^#]*)?#\/|^\/webappng\/|^\/\d+\/(?:\d+\/)?webrtc|^\/meetings\/\d/i;
const HOST_PAGE = /^\/s\/\d|^\/wc\/\d+\/start/i;

function pathOf({ tail }: ResolvedLink): number {
  if (HOST_PAGE.test(tail)) return 2;
  return WEB_CLIENT.test(tail) ? 1 : 0;
}

function reasonOf(first: Found, chosen: Found, count: number): ChoiceReason {
  if (first.certainty === 'possible' && first.tier === 3) return 'only_possible';
  if (count === 1) return 'only_one';
  if (first === chosen) return 'place';
  return chosen.has_passcode && !first.has_passcode ? 'passcode' : 'path';
}

const show = ({ url, platform, place, certainty, has_passcode }: Found): LinkCandidate => ({
  url,
  platform,
  place,
  certainty,
  has_passcode,
});
