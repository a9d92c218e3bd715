import { charactersByName } from './entity-names.ts';

/** What HTML reads for the code points 128 to 159: the characters of Windows-1252. Five of them have none. */
const windows1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/**
 * Decodes HTML entities that end with a semicolon. HTML accepts some without it; they are not decoded, because in a link
 * `&copy=1` is a parameter.
 */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return charactersByName.get(name) ?? entity;
    return characterOf(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state */
function characterOf(codePoint: number): string {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (codePoint === 0 || codePoint > 0x10ffff || isSurrogate) return '\ufffd';
  return windows1252[codePoint - 128] ?? String.fromCodePoint(codePoint);
}
