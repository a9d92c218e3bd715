import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalText } from '../../platform/canonical-json.ts';

/**
 * Is this a webhook of an Attendee server? The server signs the body as canonical JSON
 * (docs/api-compatibility.md#webhook-requests), which may differ from the bytes it sends: either signature is accepted.
 *
 * @param secret base64, with or without `whsec_` before it @param signature base64, as in `X-Webhook-Signature`
 */
export function isAttendeeSignature(secret: string, signature: string, body: Buffer): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  // Anybody can sign with an empty key.
  if (key.length === 0) return false;
  const given = Buffer.from(signature, 'base64');
  return [body, canonical(body)].some((bytes) => {
    if (bytes === null) return false;
    const expected = createHmac('sha256', key).update(bytes).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function canonical(body: Buffer): Buffer | null {
  try {
    return Buffer.from(canonicalText(body.toString('utf8')), 'utf8');
  } catch {
    return null;
  }
}
