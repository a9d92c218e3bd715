/** Elements that strike their text through, by name or by style. */
const TAG = /<(\/?)([a-z][a-z\d]*)\b([^<>]*)>/gi;
const STRIKING_NAMES: ReadonlySet<string> = new Set(['s', 'strike', 'del']);
const STRIKING_STYLE = /line-through/i;

/**
 * HTML without what is struck through: people strike the old link when they write a new one. An element that is never
 * closed strikes nothing, so that no mistake in the markup hides a link. Linear time.
 */
export function dropStruckText(html: string): string {
  const kept: string[] = [];
  let end = 0;
  let struck: { name: string; depth: number; start: number } | null = null;
  for (const tag of html.matchAll(TAG)) {
    const [whole, slash, name = '', attributes = ''] = tag;
    const element = name.toLowerCase();
    if (!struck) {
      const strikes = slash === '' && (STRIKING_NAMES.has(element) || STRIKING_STYLE.test(attributes));
      if (strikes) struck = { name: element, depth: 1, start: tag.index };
    } else if (struck.name === element) {
      struck.depth += slash === '' ? 1 : -1;
      if (struck.depth === 0) {
        kept.push(html.slice(end, struck.start));
        end = tag.index + whole.length;
        struck = null;
      }
    }
  }
  return kept.length === 0 ? html : [...kept, html.slice(end)].join(' ');
}
