import { cutGluedWords } from './cut-glued-words.ts';
import { decodeEntities } from './decode-entities.ts';
import { dropStruckText } from './drop-struck-text.ts';
import { MEETING_HOSTS } from './meeting-platforms.ts';
import { stripInvisible } from './strip-invisible.ts';

const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/gi;

/** `<wbr>` marks where a line may break; other tags end a link. */
const LINE_BREAK_HINT = /<\/?wbr\s*\/?>/gi;

/** A tag, but not `<https://…>`, which is a link in a text body. */
const TAG = /<\/?[a-z][\w-]*(?::[\w-]+)?(?=[\s/>])[^<>]*>/gi;

/** Characters of a link in a text, and the JSON in raw Teams links. */
const REST = '(?:\\{(?:"|%22)[^\\s<>{}]*\\}|[^\\s<>"\'(){}[\\],\\\\|^`\\u0000-\\u001f\\u007f-\\u00bf\\u2000-\\uffff])*';

const escapeForRegExp = (host: string): string => host.replace(/^\./, '').replaceAll('.', '\\.');

/** With a scheme, or without one for hosts that people type so. */
const linkPattern = (hosts: readonly string[]): RegExp =>
  new RegExp(
    `(?:https?|zoommtg|zoomus)://${REST}|(?<![\\w.@/:%-])(?:[\\w-]{1,63}\\.){0,4}(?:${hosts.map(escapeForRegExp).join('|')})(?=/)${REST}`,
    'gi',
  );
const KNOWN_LINK = linkPattern(MEETING_HOSTS);

/** The pattern of a project's list of hosts, which thousands of events are read with. */
const patterns = new WeakMap<readonly string[], RegExp>();
function patternOf(meetingHosts: readonly string[]): RegExp {
  if (meetingHosts.length === 0) return KNOWN_LINK;
  const known = patterns.get(meetingHosts) ?? linkPattern([...MEETING_HOSTS, ...meetingHosts]);
  patterns.set(meetingHosts, known);
  return known;
}

/** A link in angle brackets that a mail program folded over several lines. */
const FOLDED = /<https?:\/\/[^\s<>]+(?:[ \t]*\r?\n[ \t]*[^\s<>]+)+>/gi;

/** `Join now<https://…>` is how Outlook writes a link with a text, as plain text: the link is in the brackets. */
const LINK_BEHIND_TEXT = /(?<=[^\s<>])<(https?:\/\/[^\s<>]+)>/gi;

const SCHEME = /^\w+:\/\//;

/** Between two links without a gap, unless the second is a parameter of the first. */
const SEAM = /(?<=[^=_/])(?=https?:\/\/)/i;

/**
 * All possible links in HTML or plain text, not cleaned: what is behind a text first, then the text. What is struck
 * through does not count. Linear time.
 *
 * @param meetingHosts more hosts that may be typed without a scheme
 */
export function listLinks(text: string, meetingHosts: readonly string[] = []): string[] {
  const valid = dropStruckText(text);
  const hrefs = Array.from(valid.matchAll(HREF), ([, double, single, bare]) => double ?? single ?? bare ?? '');
  const shown = stripInvisible(decodeEntities(valid.replace(LINE_BREAK_HINT, '').replace(TAG, ' ')));
  const visible = shown.replace(FOLDED, (link) => link.replace(/\s+/g, ''));
  const behind = Array.from(visible.matchAll(LINK_BEHIND_TEXT), ([, link = '']) => link);
  const written = Array.from(cutGluedWords(visible).matchAll(patternOf(meetingHosts)), ([run]) =>
    run.split(SEAM).map((link) => (SCHEME.test(link) ? link : `https://${link}`)),
  );
  return [...new Set([...hrefs, ...behind, ...written.flat()])];
}
