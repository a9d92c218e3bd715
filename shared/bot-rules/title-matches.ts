/**
 * Does the title contain the pattern, in any case? `*` in a pattern stands for any text, also an empty one; no other
 * character is special. The pieces between are searched from left to right, each once, so the time is at most the length
 * of the title times that of the pattern (at most 200 characters), for any input.
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

/** Upper case, because lower case depends on the next letter (Greek sigma); composed, because keyboards differ. */
const foldCase = (text: string): string => text.normalize('NFC').toUpperCase();
