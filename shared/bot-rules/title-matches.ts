/**
 * Is the pattern in the title, whatever the case? `*` in it stands for any text, also none; there is no other special
 * character. Pieces are looked for from left to right, each once: the time is that of reading the title as often as a
 * pattern (at most 200 characters) is long, whatever anyone writes into either.
 */
export function titleMatches(pattern: string, title: string): boolean {
  const text = foldCase(title);
  let from = 0;
  for (const piece of foldCase(pattern).split('*')) {
    const found = text.indexOf(piece, from);
    if (found === -1) return false;
    from = found + piece.length;
  }
  return true;
}

/** Upper case, because lower case depends on neighbours (Greek sigma); composed, because keyboards differ. */
const foldCase = (text: string): string => text.normalize('NFC').toUpperCase();
