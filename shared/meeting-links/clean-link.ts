import { decodeEntities } from './decode-entities.ts';
import { indexByHost } from './index-by-host.ts';
import { HOSTS_TYPED_WITHOUT_SCHEME } from './meeting-platforms.ts';
import { stripInvisible } from './strip-invisible.ts';

/** What sentences, markup and escaped markup leave behind a link; `%E2%80%8B` and its kin are invisible. */
const JUNK_AT_END = /(?:[\s<>"'.,;:!?*([{]|%(?:3[CE]|2[02]|0[AD]|C2%A0|E2%80%8[B-F]|EF%BB%BF))$/i;
const LONGEST_JUNK = 9;

/** Closing brackets are junk unless the link opened one: Teams links can end in a raw `{"Tid":…}`. */
const BRACKETS = { ')': '(', ']': '[', '}': '{' } as const;

/** Characters a link may be handed on with as it is. */
const PLAIN = /^[a-z]+:\/\/(?!\/)[!#-;=?-[\]-~]+$/i;

const isTypedWithoutScheme = indexByHost([{ hosts: HOSTS_TYPED_WITHOUT_SCHEME }]);

/**
 * Takes one layer of dirt off a link: entities, or else invisible characters, line breaks inside it, everything after
 * a blank or angle bracket, junk at its end, a missing `https://` where people leave it out. What is left is kept
 * character by character, unless some could be read differently elsewhere (backslashes, quotes, non-ASCII): then it is
 * given as the WHATWG parser writes it.
 */
export function cleanLink(raw: string): string {
  const decoded = decodeEntities(raw);
  if (decoded !== raw) return decoded;

  const [first = ''] = stripInvisible(raw)
    .replace(/^[\s<("'[]+|[\t\n\r]+/g, '')
    .split(/[\s<>]/, 1);
  const link = trimEnd(first);
  const host = /^[\w.-]+(?=\/)/.exec(link)?.[0] ?? '';
  if (isTypedWithoutScheme(host.toLowerCase()).length > 0) return `https://${link}`;
  return PLAIN.test(link) ? link : (URL.parse(link)?.href ?? link);
}

function trimEnd(link: string): string {
  const opened = new Set<string | undefined>(Object.values(BRACKETS).filter((bracket) => link.includes(bracket)));
  let end = link.length;
  for (;;) {
    const last = link[end - 1] as keyof typeof BRACKETS | undefined;
    const isLonelyBracket = last !== undefined && last in BRACKETS && !opened.has(BRACKETS[last]);
    const junk = isLonelyBracket
      ? 1
      : (JUNK_AT_END.exec(link.slice(Math.max(0, end - LONGEST_JUNK), end))?.[0].length ?? 0);
    if (junk === 0) return link.slice(0, end);
    end -= junk;
  }
}
