import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes and reads tokens that carry their content signed: a client can neither read sense into nor forge them. */
export type OpaqueTokens = {
  seal(content: unknown): string;
  /** The sealed content, or undefined for a token that was corrupted or comes from elsewhere. */
  open(token: string): unknown;
};

/** Tokens that only this simulator instance accepts. */
export function createOpaqueTokens(): OpaqueTokens {
  const secret = randomBytes(32);
  const sign = (body: Buffer) => createHmac('sha256', secret).update(body).digest().subarray(0, 12);
  return {
    seal(content) {
      const body = Buffer.from(JSON.stringify(content));
      return Buffer.concat([sign(body), body]).toString('base64url');
    },
    open(token) {
      const bytes = Buffer.from(token, 'base64url');
      const body = bytes.subarray(12);
      if (bytes.length <= 12 || bytes.toString('base64url') !== token) return undefined;
      return timingSafeEqual(bytes.subarray(0, 12), sign(body)) ? JSON.parse(body.toString()) : undefined;
    },
  };
}

/** A short fingerprint of a query's parameters, independent of their order. */
export function hashQuery(entries: Iterable<[string, string]>): string {
  const sorted = [...entries].map(([name, value]) => `${name}=${value}`).sort();
  return createHash('sha256').update(sorted.join('&')).digest('base64url').slice(0, 16);
}
