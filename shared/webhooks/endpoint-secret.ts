import { randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A new signing secret, in the form of Standard Webhooks 1.0: `whsec_` and 32 random bytes as base64. */
export const createWebhookSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`;

/** The key of a secret as bare base64, for verifiers that refuse the prefix. */
export const signingKeyOf = (secret: string): string => secret.slice(prefix.length);

/** The key in a secret. @throws when the text is no secret */
export function secretBytes(secret: string): Buffer {
  const bytes = Buffer.from(secret.slice(prefix.length), 'base64');
  if (!secret.startsWith(prefix) || bytes.length === 0) throw new Error('not a webhook secret');
  return bytes;
}
