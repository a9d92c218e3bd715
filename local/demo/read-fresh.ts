/**
 * Reads a growing list bit by bit, also one that drops its oldest entries now and then, so that a position in it means
 * nothing later.
 *
 * @returns a function that gives the entries added since its last call
 */
export function readFresh<Entry>(list: readonly Entry[]): () => Entry[] {
  let last = list.at(-1);
  return () => {
    if (list.at(-1) === last) return [];
    const fresh = list.slice(last === undefined ? 0 : list.lastIndexOf(last) + 1);
    last = list.at(-1);
    return fresh;
  };
}
