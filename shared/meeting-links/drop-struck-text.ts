/** A tag, whose quoted attributes may contain `>`. Real tags are far shorter; the limit bounds the stack of the search. */
const TAG = /<(\/?)([a-z][a-z\d]*)\b((?:[^<>"']|"[^"<]*"|'[^'<]*'){0,5000})>/gi;

/** Elements that strike their text through, by name or by style. */
const STRIKING_NAMES: ReadonlySet<string> = new Set(['s', 'strike', 'del']);
const STRIKING_STYLE = /line-through/i;
/** An address may contain the words, too. */
const ADDRESS = /\bhref\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)/gi;

/** The end of a link whose text is struck through, and of elements around the text. */
const LINK_END = /^\s*(?:<\/(?!a\s*>)[a-z]\w*\s*>\s*)*<\/a\s*>/i;
const LONGEST_LINK_END = 200;

/** Markdown. */
const STRUCK_BY_TILDES = /(?<![^\s>(*_])~~(?![\s~])(?:[^~\n]|~(?!~)){1,2000}(?<!\s)~~(?![\w~])/g;

const isStruckByStyle = (attributes: string): boolean =>
  STRIKING_STYLE.test(attributes) && STRIKING_STYLE.test(attributes.replace(ADDRESS, ''));

/** Text without HTML comments. One that is never closed hides nothing. */
function dropComments(html: string): string {
  const kept: string[] = [];
  let end = 0;
  for (let start = html.indexOf('<!--'); start !== -1; start = html.indexOf('<!--', end)) {
    const close = html.indexOf('-->', start + '<!--'.length);
    if (close === -1) break;
    kept.push(html.slice(end, start));
    end = close + '-->'.length;
  }
  return end === 0 ? html : [...kept, html.slice(end)].join(' ');
}

/**
 * HTML or text without comments and without what is struck through: people strike the old link when they write a new one. An
 * element that is never closed strikes nothing, so that no mistake in the markup hides a link. Linear time.
 */
export function dropStruckText(text: string): string {
  const html = dropComments(text).replace(STRUCK_BY_TILDES, ' ');
  const kept: string[] = [];
  let end = 0;
  let struck: { name: string; depth: number; start: number; link: number | null } | null = null;
  /** The start of a link, as long as it has no text. */
  let link: number | null = null;
  let lastTagEnd = 0;
  for (const tag of html.matchAll(TAG)) {
    const [whole, slash, name = '', attributes = ''] = tag;
    const element = name.toLowerCase();
    const tagEnd = tag.index + whole.length;
    if (!struck) {
      if (html.slice(lastTagEnd, tag.index).trim() !== '') link = null;
      const strikes = slash === '' && (STRIKING_NAMES.has(element) || isStruckByStyle(attributes));
      if (strikes) struck = { name: element, depth: 1, start: tag.index, link };
      if (element === 'a') link = slash === '' ? tag.index : null;
    } else if (struck.name === element) {
      struck.depth += slash === '' ? 1 : -1;
      if (struck.depth === 0) {
        const linkEnd = LINK_END.exec(html.slice(tagEnd, tagEnd + LONGEST_LINK_END))?.[0].length;
        // A link whose whole text is struck through is struck, too.
        const isWholeLink = struck.link !== null && linkEnd !== undefined;
        kept.push(html.slice(end, isWholeLink ? (struck.link ?? 0) : struck.start));
        end = tagEnd + (isWholeLink ? linkEnd : 0);
        struck = null;
        link = null;
      }
    }
    lastTagEnd = tagEnd;
  }
  return kept.length === 0 ? html : [...kept, html.slice(end)].join(' ');
}
