import { decodeEntities } from './decode-entities.ts';
import { dropStruckText } from './drop-struck-text.ts';
import { INLINE_TAG } from './link-starts.ts';
import { stripInvisible } from './strip-invisible.ts';
import { unfoldLinks } from './unfold-links.ts';
import { writtenLinks } from './written-links.ts';

const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/gi;

/** `<wbr>` marks where a line may break; other tags end a link. */
const LINE_BREAK_HINT = /<\/?wbr\s*\/?>/gi;

/** A tag, but not `<https://…>`, which is a link in a text body. */
const TAG = /<\/?([a-z][\w-]*(?::[\w-]+)?)(?=[\s/>])[^<>]*>/gi;

/** Elements that a reader does not see: the texts beside their tags are one text. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code em font i ins kbd mark q small span strong sub sup tt u'.split(' '),
);

function replacementOf(tag: string): string {
  if (tag === 'br') return '\n';
  return INLINE.has(tag) ? INLINE_TAG : ' ';
}

/** `Join now<https://…>` is how Outlook writes a link with a text, as plain text: the link is in the brackets. */
const LINK_BEHIND_TEXT = /(?<=[^\s<>])<(https?:\/\/[^\s<>]+)>/gi;

/**
 * All possible links in HTML or plain text, not cleaned: what is behind a text first, then the text. What is struck
 * through does not count. Linear time.
 *
 * @param meetingHosts more hosts that may be typed without a scheme
 */
export function listLinks(text: string, meetingHosts: readonly string[] = []): string[] {
  const valid = dropStruckText(text);
  const hrefs = Array.from(valid.matchAll(HREF), ([, double, single, bare]) => double ?? single ?? bare ?? '');
  const untagged = valid
    .replace(LINE_BREAK_HINT, '')
    .replace(TAG, (_, name: string) => replacementOf(name.toLowerCase()));
  const shown = stripInvisible(decodeEntities(untagged));
  const visible = unfoldLinks(shown);
  const behind = Array.from(visible.matchAll(LINK_BEHIND_TEXT), ([, link = '']) => link);
  const written = writtenLinks(visible, meetingHosts);
  return [...new Set([...hrefs, ...behind, ...written])];
}
