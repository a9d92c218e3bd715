import { decodeEntities } from './decode-entities.ts';
import { HOSTS_TYPED_WITHOUT_SCHEME } from './meeting-platforms.ts';
import { stripInvisible } from './strip-invisible.ts';

const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/gi;

/** `<wbr>` marks where a line may break; other tags end a link. */
const LINE_BREAK_HINT = /<\/?wbr\s*\/?>/gi;

/** A tag, but not `<https://…>`, which is a link in a text body. */
const TAG = /<\/?[a-z][\w-]*(?::[\w-]+)?(?=[\s/>])[^<>]*>/gi;

/** Characters of a link in a text, and the JSON in raw Teams links. */
const REST = '(?:\\{(?:"|%22)[^\\s<>{}]*\\}|[^\\s<>"\'(){}[\\],\\\\|^`\\u0000-\\u001f\\u007f-\\u00bf\\u2000-\\uffff])*';

const BARE_HOSTS = HOSTS_TYPED_WITHOUT_SCHEME.map((host) => host.replace(/^\./, '').replaceAll('.', '\\.')).join('|');

const LINK = new RegExp(
  `(?:https?|zoommtg|zoomus)://${REST}|(?<![\\w.@/:%-])(?:[\\w-]{1,63}\\.){0,4}(?:${BARE_HOSTS})(?=/)${REST}`,
  'gi',
);

/** Between two links without a gap, unless the second is a parameter of the first. */
const SEAM = /(?<=[^=_/])(?=https?:\/\/)/i;

/** All possible links in HTML or plain text, not cleaned: `href` attributes first, then the text. Linear time. */
export function listLinks(text: string): string[] {
  const hrefs = Array.from(text.matchAll(HREF), ([, double, single, bare]) => double ?? single ?? bare ?? '');
  const visible = stripInvisible(decodeEntities(text.replace(LINE_BREAK_HINT, '').replace(TAG, ' ')));
  const written = Array.from(visible.matchAll(LINK), ([run]) => run.split(SEAM));
  return [...new Set([...hrefs, ...written.flat()])];
}
