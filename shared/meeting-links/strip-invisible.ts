/**
 * Soft hyphens, zero-width characters, joiners, direction marks and byte-order marks, which editors put into links. Joiners
 * are part of words in some scripts: there, links have them escaped (`%E2%80%8C`, `%E2%80%8D`), and they stay.
 */
const INVISIBLE =
  /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|%(?:C2%AD|CD%8F|D8%9C|E1%A0%8E|E2%80%(?:8[BEF]|A[A-E])|E2%81%A[\dA-F]|EF%BB%BF)/gi;

export function stripInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}
