import { createHmac, timingSafeEqual } from 'node:crypto';
import type { operations } from './api-types.ts';

type Received = Extract<keyof operations, `receive_${string}`>;
type BodyOf<Name extends Received> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;

/** The body of a webhook; `trigger` says which. */
export type WebhookPayload = { [Name in Received]: BodyOf<Name> }[Received];

/** The webhook is not genuine, or too old. Answer 400. */
export class WebhookVerificationError extends Error {
  override name = 'WebhookVerificationError';
}

export interface VerifyOptions {
  /** `whsec_…`, as `webhooks.create` answered it; several while a secret is replaced. */
  secret: string | readonly string[];
  /** As Node, a framework or `fetch` gives them; names in any case. */
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they came. */
  body: Uint8Array | ArrayBuffer | string;
  /** How old or early a webhook may be, in seconds; default 300. `X-Webhook-Signature` has no time. */
  toleranceSeconds?: number;
  /** Milliseconds since the epoch. */
  now?: number;
}

/**
 * Verifies a webhook by Standard Webhooks, or by `X-Webhook-Signature` where its headers are absent, and parses it.
 *
 * @throws WebhookVerificationError when no signature fits, or the webhook is too old
 */
export function verifyWebhook(options: VerifyOptions): WebhookPayload {
  const { body, secret, toleranceSeconds = 300, now = Date.now() } = options;
  const header = (name: string): string => headerOf(options.headers, name);
  const bytes =
    typeof body === 'string'
      ? Buffer.from(body)
      : Buffer.from(body instanceof ArrayBuffer ? new Uint8Array(body) : body);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  const [id, timestamp, standard] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
  if (standard !== '') {
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) {
      throw new WebhookVerificationError('the webhook is too old, or has no time');
    }
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), bytes]);
    const given = standard.split(' ');
    if (!secrets.some((one) => given.some((signature) => isEqual(signature, `v1,${sign(one, signed)}`)))) {
      throw new WebhookVerificationError('no signature fits');
    }
  } else if (!secrets.some((one) => isEqual(header('x-webhook-signature'), sign(one, bytes)))) {
    throw new WebhookVerificationError('no signature fits');
  }
  return JSON.parse(bytes.toString('utf8')) as WebhookPayload;
}

function sign(secret: string, bytes: Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  // An empty key would verify what anyone can sign.
  if (key.length < 16) throw new WebhookVerificationError('the secret is not one of Kalends');
  return createHmac('sha256', key).update(bytes).digest('base64');
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function headerOf(headers: VerifyOptions['headers'], name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === name) ?? [];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
