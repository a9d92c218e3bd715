import { decodeEntities } from './decode-entities.ts';
import { HOSTS_TYPED_WITHOUT_SCHEME } from './meeting-platforms.ts';
import { stripInvisible } from './strip-invisible.ts';

const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/gi;

/** `<wbr>` only marks where a line may break; other tags end a link. */
const LINE_BREAK_HINT = /<\/?wbr\s*\/?>/gi;

/** A tag, but not `<https://…>`, the way text bodies write links. */
const TAG = /<\/?[a-z][\w-]*(?::[\w-]+)?(?=[\s/>])[^<>]*>/gi;

/** Characters of a link in running text, and the JSON that raw Teams links carry. */
const REST = '(?:\\{(?:"|%22)[^\\s<>{}]*\\}|[^\\s<>"\'(){}[\\],\\\\|^`\\u0000-\\u001f\\u007f-\\u00bf\\u2000-\\uffff])*';

const BARE_HOSTS = HOSTS_TYPED_WITHOUT_SCHEME.map((host) => host.replace(/^\./, '').replaceAll('.', '\\.')).join('|');

const LINK = new RegExp(
  `(?:https?|zoommtg|zoomus)://${REST}|(?<![\\w.@/:%-])(?:[\\w-]{1,63}\\.){0,4}(?:${BARE_HOSTS})(?=/)${REST}`,
  'gi',
);

/** Where the next link starts if two were written without a gap, and not one as a parameter of the other. */
const SEAM = /(?<=[^=_/])(?=https?:\/\/)/i;

/** Everything in HTML or plain text that could be a link, raw: `href` attributes first, then the text. Linear time. */
export function listLinks(text: string): string[] {
  const hrefs = Array.from(text.matchAll(HREF), ([, double, single, bare]) => double ?? single ?? bare ?? '');
  const visible = stripInvisible(decodeEntities(text.replace(LINE_BREAK_HINT, '').replace(TAG, ' ')));
  const written = Array.from(visible.matchAll(LINK), ([run]) => run.split(SEAM));
  return [...new Set([...hrefs, ...written.flat()])];
}
