import { decodeEntities } from './decode-entities.ts';
import { startOfGluedWords } from './glued-words.ts';
import { indexByHost } from './index-by-host.ts';
import { MEETING_HOSTS } from './meeting-platforms.ts';
import { stripInvisible } from './strip-invisible.ts';

/** Characters of sentences and markup at the end of a link, escaped or not; `%E2%80%8B` and the like are invisible. */
const JUNK_AT_END =
  /(?:[\s<>"'.,;:!?&*~([{“”„‘’‚«»‹›、。，；：！？（）「」『』【】]|%(?:3[CE]|2[02]|0[AD]|C2%(?:A0|AB|BB)|E2%80%(?:8[B-F]|9[89A-F]|B9|BA)))$/i;
const LONGEST_JUNK = 9;

/** A closing bracket is junk unless the link has an opening one: Teams links can end in a raw `{"Tid":…}`. */
const BRACKETS = { ')': '(', ']': '[', '}': '{' } as const;

/** `http://https://…`, as forms make it that put a scheme in front of what was pasted. */
const SECOND_SCHEME = /^(?:https?:\/\/)+(?=https?:\/\/)/i;

/** Cuts the link: what follows is another part of it, or nothing. An escape that is cut marks it (drop-cut-end.ts). */
const ELLIPSIS = /(?:…|\.{3}|%E2%80%A6).*$/is;

/** A link of characters that every reader understands in the same way. */
const PLAIN = /^[a-z]+:\/\/(?!\/)[!#-;=?-[\]-~]+$/i;

const isTypedWithoutScheme = indexByHost([{ hosts: MEETING_HOSTS }]);

/**
 * Cleans one layer of a link. It decodes entities. Without entities, it removes invisible characters, line breaks, all
 * text after a blank, an angle bracket or `…`, the next line that is glued to the link, and junk at the end, and adds a
 * missing `https://` or `https:` for hosts that people type without it. The rest stays as it is, unless it has characters that some readers understand differently (backslashes,
 * quotes, non-ASCII): then the WHATWG parser spells it.
 */
export function cleanLink(raw: string): string {
  const decoded = decodeEntities(raw);
  if (decoded !== raw) return decoded;

  const visible = stripInvisible(raw).replace(/^[\s<("'[“‘«「（]+/, '');
  const [first = ''] = visible
    .slice(0, startOfGluedWords(visible))
    .replace(SECOND_SCHEME, '')
    .replace(/[\t\n\r]+/g, '')
    .replace(ELLIPSIS, '%')
    .split(/[\s<>]/, 1);
  const link = trimEnd(first);
  const [start = '', host = ''] = /^(?:\/\/)?([\w.-]+)(?=\/)/.exec(link) ?? [];
  if (isTypedWithoutScheme(host.toLowerCase()).length > 0) return `https://${link.slice(start.length - host.length)}`;
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
