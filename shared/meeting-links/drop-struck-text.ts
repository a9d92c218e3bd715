/** A tag, whose quoted attributes may contain `>`. Real tags are far shorter; the limit bounds the stack of the search. */
const TAG = /<(\/?)([a-z][a-z\d]*)\b((?:[^<>"']|"[^"<]*"|'[^'<]*'){0,5000})>/gi;

/** Elements that strike their text through, by name or by style. */
const STRIKING_NAMES: ReadonlySet<string> = new Set(['s', 'strike', 'del']);
const STRIKING_STYLE = /line-through/i;
/** An address may contain the words, too. */
const ADDRESS = /\bhref\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)/gi;

/** The end of a link whose text is struck through. */
const LINK_END = /^\s*<\/a\s*>/i;
const LONGEST_LINK_END = 40;

const isStruckByStyle = (attributes: string): boolean =>
  STRIKING_STYLE.test(attributes) && STRIKING_STYLE.test(attributes.replace(ADDRESS, ''));

const nowhere = { start: 0, text: -1 };

/**
 * HTML without what is struck through: people strike the old link when they write a new one. An element that is never
 * closed strikes nothing, so that no mistake in the markup hides a link. Linear time.
 */
export function dropStruckText(html: string): string {
  const kept: string[] = [];
  let end = 0;
  let struck: { name: string; depth: number; start: number; link: number | null } | null = null;
  /** The last tag of a link, and where its text begins. */
  let link = nowhere;
  for (const tag of html.matchAll(TAG)) {
    const [whole, slash, name = '', attributes = ''] = tag;
    const element = name.toLowerCase();
    if (!struck) {
      const strikes = slash === '' && (STRIKING_NAMES.has(element) || isStruckByStyle(attributes));
      const isInLink = link.text >= 0 && html.slice(link.text, tag.index).trim() === '';
      if (strikes) struck = { name: element, depth: 1, start: tag.index, link: isInLink ? link.start : null };
      link = slash === '' && element === 'a' ? { start: tag.index, text: tag.index + whole.length } : nowhere;
    } else if (struck.name === element) {
      struck.depth += slash === '' ? 1 : -1;
      if (struck.depth === 0) {
        const close = tag.index + whole.length;
        const linkEnd = LINK_END.exec(html.slice(close, close + LONGEST_LINK_END))?.[0].length;
        // A link whose whole text is struck through is struck, too.
        const isWholeLink = struck.link !== null && linkEnd !== undefined;
        kept.push(html.slice(end, isWholeLink ? (struck.link ?? 0) : struck.start));
        end = close + (isWholeLink ? linkEnd : 0);
        struck = null;
      }
    }
  }
  return kept.length === 0 ? html : [...kept, html.slice(end)].join(' ');
}
