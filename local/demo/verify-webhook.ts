import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Older webhooks are refused, so that a recorded webhook cannot be sent again. */
const toleranceSeconds = 5 * 60;

const isEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/**
 * Verifies both signatures of a webhook as a customer does, with no code of Kalends (docs/verify-webhooks.md):
 * `X-Webhook-Signature` over the body, and Standard Webhooks 1.0 over `id.timestamp.body`.
 *
 * @param secret `whsec_<base64>` @param now milliseconds since the epoch
 */
export function verifyWebhook(headers: IncomingHttpHeaders, body: Buffer, secret: string, now: number): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const sign = (...parts: (string | Buffer)[]): string => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('base64');
  };
  const header = (name: string): string => String(headers[name] ?? '');

  const timestamp = header('webhook-timestamp');
  const isRecent = Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds;
  const expected = `v1,${sign(`${header('webhook-id')}.${timestamp}.`, body)}`;
  const isStandard = header('webhook-signature')
    .split(' ')
    .some((entry) => isEqual(entry, expected));
  return isRecent && isStandard && isEqual(header('x-webhook-signature'), sign(body));
}
