/**
 * Reads a growing list step by step. The list may drop its oldest entries, so the last entry is remembered and not its
 * position.
 *
 * @returns a function that returns the entries that were added since its last call
 */
export function readNewEntries<Entry>(list: readonly Entry[]): () => Entry[] {
  let last = list.at(-1);
  return () => {
    if (list.at(-1) === last) return [];
    const fresh = list.slice(last === undefined ? 0 : list.lastIndexOf(last) + 1);
    last = list.at(-1);
    return fresh;
  };
}
