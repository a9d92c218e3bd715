/**
 * Reads an answer's text.
 *
 * @param longest most bytes that are read, after decompression
 * @returns null when the answer is longer. The rest is not read.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  longest: number,
): Promise<{ text: string; bytes: number } | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (bytes > longest) return null;
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

/**
 * Reads the beginning and the end of an answer that is too long to be kept.
 *
 * @param size bytes of each @param longest most bytes that are read
 */
export async function readEnds(
  body: ReadableStream<Uint8Array> | null,
  { size, longest }: { size: number; longest: number },
): Promise<{ head: string; tail: string } | null> {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longest) return null;
    if (head.length < size) head = Buffer.concat([head, chunk.subarray(0, size - head.length)]);
    tail = Buffer.concat([tail, chunk]).subarray(-size);
  }
  return { head: head.toString('utf8'), tail: tail.toString('utf8') };
}
