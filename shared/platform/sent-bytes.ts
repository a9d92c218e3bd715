/** Lambda answers at most 6 MB, with the body as a JSON string. A page ends early so that it fits. */
export const pageBytes = 5_000_000;

/** Bytes beside the rows of a page and between them. */
const bytesBeside = 200;

/** How many bytes JSON text takes in the answer of a function, where it is a JSON string: quotes and backslashes are escaped. */
export function sentBytes(json: string): number {
  let escapes = 0;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === quote || code === backslash) escapes += 1;
  }
  return Buffer.byteLength(json) + escapes + bytesBeside;
}

const quote = 0x22;
const backslash = 0x5c;

/** How many rows of these sizes, from the first, fit into a page; the first always does. */
export function countFitting(sizes: readonly number[]): number {
  let bytes = 0;
  const beyond = sizes.findIndex((size) => {
    bytes += size;
    return bytes > pageBytes;
  });
  return beyond === -1 ? sizes.length : Math.max(1, beyond);
}
