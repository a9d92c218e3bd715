import { MEETING_HOSTS } from './meeting-platforms.ts';

/** Stands for a tag that does not separate words, such as `<b>`: the texts beside it are read as one. */
export const INLINE_TAG = '\u0001';

/** A text without blanks and angle brackets. */
const RUN = /[^\s<>]+/g;

const SCHEME = /(?:https?|zoommtg|zoomus):\/\//gi;

/** Characters of a link in a text, and the JSON in raw Teams links. */
const REST = '(?:\\{(?:"|%22)[^\\s<>{}]*\\}|[^\\s<>"\'(){}[\\],\\\\|^`\\u0000-\\u001f\\u007f-\\u00bf\\u2000-\\uffff])*';
const SCHEMED_LINK = new RegExp(`\\w+://${REST}`, 'y');

/**
 * A link with a scheme does not begin here when the text in front is a link, too: it is a part of its host, path or query
 * then. Two links that only stand side by side are two, also behind `%3C`, a bracket that was escaped.
 */
const PART_OF_LINK = /(?:[=_/?#&@%\\~+*$:^／＼⁄∕＝？＃＆＠％]|%(?!3C|2[02C]|0[AD])[\dA-F]{2})$/i;
/** Tags between do not count. */
const LONGEST_PART = 8;

/** A host with what follows it: from here on, a text is another link. */
const LINK_IN_FRONT = /[\w\u00c0-\uffff-]\.[\w\u00c0-\uffff-]{2,}(?:[/\\?#:@]|$)/;

/**
 * Between the start of a run and a host without a scheme: at most words and an opening bracket or colon behind them, then
 * quotes. Words with characters of hosts, paths and queries may be another host, whose path or user name would go on here.
 */
const BEFORE_HOST = '(?:[^./\\\\@?#&=%~+$!*,;|／＼⁄∕。．｡]{0,200}[(\\[:：（［「『【〈《])?["\'“‘„‚«‹\\u0001]{0,8}';

const escapeForRegExp = (host: string): string => host.replace(/^\./, '').replaceAll('.', '\\.');

/** What no one writes in front of a link to a meeting. */
const OTHER_SCHEME = '(?!(?:mailto|tel|sips?|xmpp|ftp|file|data|javascript|view-source):)';

/** A host that people type without a scheme, at the start of a run. */
const typedPattern = (hosts: readonly string[]): RegExp =>
  new RegExp(
    `^${OTHER_SCHEME}${BEFORE_HOST}(?<link>(?:[\\w-]{1,63}\\.){0,4}(?:${hosts.map(escapeForRegExp).join('|')})(?=/)${REST})`,
    'i',
  );
const KNOWN_HOST = typedPattern(MEETING_HOSTS);

/** The pattern of a project's list of hosts, which thousands of events are read with. */
const patterns = new WeakMap<readonly string[], RegExp>();
function patternOf(meetingHosts: readonly string[]): RegExp {
  if (meetingHosts.length === 0) return KNOWN_HOST;
  const known = patterns.get(meetingHosts) ?? typedPattern([...MEETING_HOSTS, ...meetingHosts]);
  patterns.set(meetingHosts, known);
  return known;
}

/** The links that are written out in a text, without what is behind them. Linear time. */
export function writtenLinks(text: string, meetingHosts: readonly string[]): string[] {
  const typed = patternOf(meetingHosts);
  return Array.from(text.matchAll(RUN), ([run]) => linksOfRun(run, typed)).flat();
}

function linksOfRun(run: string, typed: RegExp): string[] {
  const host = typed.exec(run)?.groups?.['link'];
  const schemes = Array.from(run.matchAll(SCHEME), ({ index }) => index);
  if (host === undefined && schemes.length === 0) return [];
  const hostStart = host === undefined ? null : run.indexOf(host);
  const other = LINK_IN_FRONT.exec(run)?.index ?? Number.POSITIVE_INFINITY;
  const first = Math.min(hostStart ?? Number.POSITIVE_INFINITY, schemes[0] ?? 0, other);
  const starts = schemes.filter((start) => {
    const before = run.slice(Math.max(0, start - LONGEST_PART), start).replaceAll(INLINE_TAG, '');
    return start <= first || !PART_OF_LINK.test(before);
  });
  const links = starts.map((start, index) => {
    SCHEMED_LINK.lastIndex = start;
    const [link = ''] = SCHEMED_LINK.exec(run) ?? [];
    return link.slice(0, (starts[index + 1] ?? run.length) - start);
  });
  if (host === undefined || hostStart === null) return links;
  return [`https://${host.slice(0, (starts[0] ?? run.length) - hostStart)}`, ...links];
}
