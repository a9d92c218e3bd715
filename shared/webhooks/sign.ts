import { createHmac } from 'node:crypto';
import { canonicalJson } from '../platform/canonical-json.ts';
import type { DeliveryPayload } from './delivery.ts';
import { secretBytes } from './endpoint-secret.ts';

/** The bytes of a webhook that are signed and sent: canonical JSON in UTF-8. */
export const encodeWebhook = (payload: DeliveryPayload): Buffer => Buffer.from(canonicalJson(payload), 'utf8');

/**
 * Headers of both signature schemes (docs/api-compatibility.md#webhook-requests): `X-Webhook-Signature` over the body,
 * and the three of Standard Webhooks 1.0 over `id.timestamp.body`. `webhook-signature` has an entry for every secret.
 *
 * @param id the delivery's `idempotency_key`, the same at every attempt
 * @param now time of this attempt in milliseconds since the epoch; the header has seconds
 * @param secrets `whsec_<base64>`, newest first. Only the newest signs `X-Webhook-Signature`, which has room for one.
 */
export function signWebhook(
  { id, now, body }: { id: string; now: number; body: Buffer },
  secrets: readonly [string, ...string[]],
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return {
    'X-Webhook-Signature': hmac(secrets[0], body),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${hmac(secret, signed)}`).join(' '),
  };
}

const hmac = (secret: string, bytes: Buffer): string =>
  createHmac('sha256', secretBytes(secret)).update(bytes).digest('base64');
