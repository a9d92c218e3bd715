import { startOfGluedWords } from './glued-words.ts';
import { linkStarts, SCHEME } from './link-starts.ts';
import { MEETING_HOSTS } from './meeting-platforms.ts';

/** A text without blanks and angle brackets. */
const RUN = /[^\s<>]+/g;

/** Characters of a link in a text, and the JSON in raw Teams links. */
const REST = '(?:\\{(?:"|%22)[^\\s<>{}]*\\}|[^\\s<>"\'(){}[\\],\\\\|^`\\u0000-\\u001f\\u007f-\\u00bf\\u2000-\\uffff])*';
const SCHEMED_LINK = new RegExp(`^\\w+://${REST}`);

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

/** The first words of the next line. */
const LONGEST_LABEL = 120;

/** Markdown. The same marks end the link, in the other direction. */
const MARKS = /[*_~]+$/;
const LONGEST_MARKS = 3;

/** The links that are written out in a text, without what is behind them. Linear time. */
export function writtenLinks(text: string, meetingHosts: readonly string[]): string[] {
  const typed = patternOf(meetingHosts);
  return Array.from(text.matchAll(RUN), ({ 0: run, index }) => linksOfRun(run, index, text, typed)).flat();
}

function linksOfRun(run: string, runStart: number, text: string, typed: RegExp): string[] {
  const host = typed.exec(run)?.groups?.['link'];
  const hostStart = host === undefined ? null : run.indexOf(host);
  const links = schemedLinks(run, hostStart);
  if (host !== undefined && hostStart !== null) {
    links.unshift({ start: hostStart, end: Math.min(hostStart + host.length, firstScheme(run)) });
  }
  return links.map(({ start, end }) => {
    const link = writtenLink(text, runStart + start, runStart + end);
    return start === hostStart ? `https://${link}` : link;
  });
}

function firstScheme(run: string): number {
  const start = run.search(SCHEME);
  return start === -1 ? run.length : start;
}

function schemedLinks(run: string, hostStart: number | null): { start: number; end: number }[] {
  const starts = linkStarts(run, hostStart);
  return starts.flatMap(({ start, isLink }, index) => {
    const [link = ''] = SCHEMED_LINK.exec(run.slice(start, starts[index + 1]?.start)) ?? [];
    return isLink ? [{ start, end: start + link.length }] : [];
  });
}

/** A link from `start` to `end`, without the next line that is glued to it, or marks around it; with `…` if it is cut. */
function writtenLink(text: string, start: number, end: number): string {
  const link = text.slice(start, end);
  const length = Math.min(link.length, startOfGluedWords(text.slice(start, end + LONGEST_LABEL)));
  if (length === link.length && text.charAt(end) === '…') return `${link}…`;
  const whole = link.slice(0, length).replace(/[.,;:!?]{1,2}$/, '');
  const marks = MARKS.exec(text.slice(Math.max(0, start - LONGEST_MARKS), start))?.[0] ?? '';
  const closing = Array.from(marks).reverse().join('');
  return marks !== '' && whole.endsWith(closing) ? whole.slice(0, -marks.length) : link.slice(0, length);
}
