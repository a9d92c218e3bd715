import { createHash } from 'node:crypto';

/** The same UUID for the same text, always (RFC 9562 §5.8: version 8, by SHA-256). */
export function derivedUuid(source: string): string {
  const bytes = createHash('sha256').update(source).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
