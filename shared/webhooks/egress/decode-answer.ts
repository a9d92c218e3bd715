import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** A small answer can unpack to gigabytes. */
const mostBytes = 1_000_000;

/** The beginning of a compressed answer is enough: what is cut off is no fault. */
const cut = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostBytes };
const cutBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: mostBytes };

/** `deflate` means zlib's format, but some servers send bare deflate data. */
const inflateAny = (bytes: Buffer): Buffer => {
  try {
    return inflateSync(bytes, cut);
  } catch {
    return inflateRawSync(bytes, cut);
  }
};

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, cut),
  'x-gzip': (bytes) => gunzipSync(bytes, cut),
  deflate: inflateAny,
  br: (bytes) => brotliDecompressSync(bytes, cutBrotli),
};

/**
 * The text of the beginning of an answer. Never throws: what cannot be decoded is described instead.
 *
 * @param bytes perhaps cut anywhere
 */
export function decodeAnswer(
  bytes: Buffer,
  headers: { encoding?: string | undefined; type?: string | undefined },
): string {
  const encodings = (headers.encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  let plain = bytes;
  for (const name of encodings.reverse()) {
    const unpacked = unpack(plain, name);
    if (unpacked === null) return bytes.length > 0 ? `(${bytes.length} bytes that are not readable as ${name})` : '';
    plain = unpacked;
  }
  return decodeText(plain, /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers.type ?? '')?.[1]);
}

function unpack(bytes: Buffer, name: string): Buffer | null {
  try {
    return bytes.length === 0 ? bytes : (decoders[name]?.(bytes) ?? null);
  } catch {
    return null;
  }
}

/** Without a charset that is known: UTF-8, or Windows-1252 for bytes that are none. */
function decodeText(bytes: Buffer, charset: string | undefined): string {
  // The last character may be cut: a decoder that expects more bytes drops it.
  for (const label of [charset, 'utf-8']) {
    try {
      if (label !== undefined) return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    } catch {
      // No such charset, or other bytes than it has.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}
