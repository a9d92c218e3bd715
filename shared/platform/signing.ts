import { createHmac, timingSafeEqual } from 'node:crypto';

/** The purpose of a signature. A signature for one purpose is invalid for another. */
export type SignaturePurpose = 'push-channel' | 'cursor' | 'reconnect-link';

/** HMAC-SHA256 of `text` under the deployment's signing secret, as base64url. */
export const sign = (secret: string, purpose: SignaturePurpose, text: string): string =>
  createHmac('sha256', secret).update(`${purpose}\0${text}`).digest('base64url');

/** Compares in constant time. */
export function isSignature(candidate: string, secret: string, purpose: SignaturePurpose, text: string): boolean {
  const expected = Buffer.from(sign(secret, purpose, text));
  const given = Buffer.from(candidate);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
