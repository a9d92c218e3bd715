import { decodeEntities } from '../../meeting-links/decode-entities.ts';

/** Elements whose content is no text. */
const silent = new Set(['style', 'script', 'head', 'title', 'template']);
/** Elements that begin and end on a line of their own. */
const blocks = new Set(
  'p div ul ol table tr h1 h2 h3 h4 h5 h6 blockquote pre section article header footer hr'.split(' '),
);

const tagName = /^\/?([a-z][a-z0-9:]*)/i;

/** Does the text have a tag of HTML, or an entity? */
export const looksLikeHtml = (text: string): boolean =>
  /<\/?[a-z][a-z0-9:]*(?:\s[^<>]*)?\/?>|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]+);/i.test(text);

/**
 * The text of HTML: tags are dropped, blocks and `<br>` are line breaks, items of lists begin with a dash. A link is
 * followed by its address where its text does not have it. Linear time, never throws.
 *
 * @param keepsLines line breaks of the source count, as Google shows them; in other HTML they are blanks
 */
export function htmlToText(html: string, { keepsLines = false } = {}): string {
  let text = '';
  let href: { address: string; from: number } | null = null;
  let at = 0;
  const lowered = html.toLowerCase();
  const add = (source: string): void => {
    text += keepsLines ? source : source.replace(/\s+/g, ' ');
  };
  for (let open = html.indexOf('<'); open !== -1; open = html.indexOf('<', at)) {
    add(html.slice(at, open));
    at = open;
    const isComment = html.startsWith('<!--', open);
    const close = isComment ? html.indexOf('-->', open + 4) : html.indexOf('>', open);
    if (close === -1) break;
    if (!/[a-z!?/]/i.test(html.charAt(open + 1))) {
      // A lone sign is text.
      text += '<';
      at = open + 1;
      continue;
    }
    at = close + (isComment ? 3 : 1);
    const tag = html.slice(open + 1, close);
    const name = tagName.exec(tag)?.[1]?.toLowerCase();
    const isEnd = tag.startsWith('/');
    if (name === undefined || isComment) continue;
    if (silent.has(name) && !isEnd) {
      const end = lowered.indexOf(`</${name}`, at);
      const after = end === -1 ? -1 : html.indexOf('>', end);
      at = after === -1 ? html.length : after + 1;
    } else if (name === 'br' || blocks.has(name)) text += '\n';
    else if (name === 'li') text += isEnd ? '' : '\n- ';
    else if (name === 'td' || name === 'th') text += isEnd ? ' ' : '';
    else if (name === 'a' && !isEnd) href = { address: addressOf(tag), from: text.length };
    else if (name === 'a' && href) {
      const { address, from } = href;
      if (address !== '' && !text.slice(from).includes(address.replace(/^https?:\/\//, '').replace(/\/$/, ''))) {
        text += ` (${address})`;
      }
      href = null;
    }
  }
  add(html.slice(at));
  return tidy(decodeEntities(text));
}

/** The address of a link, for people: of the web alone. */
function addressOf(tag: string): string {
  const [, double, single] = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag) ?? [];
  const address = (double ?? single ?? '').trim();
  return /^https?:\/\//i.test(address) ? address : '';
}

/** No blanks at the ends of lines, one blank between words, one empty line at most. */
export const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
