import { createHash, randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 16;

export type IdPrefix = 'cal' | 'evt' | 'bot' | 'proj' | 'key' | 'webhook' | 'delivery' | 'chg';

/** A public id (docs/api-compatibility.md#conventions): prefix, underscore and 16 random characters. */
export const randomId = (prefix: IdPrefix): string => `${prefix}_${randomSuffix()}`;

/** Is this text an id with that prefix? Anything else, whatever its length, names nothing. */
export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) && /^[A-Za-z0-9]{16}$/.test(text.slice(prefix.length + 1));

/** 16 characters of `[A-Za-z0-9]`, about 95 random bits. */
export function randomSuffix(): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(24)) {
      // 248 = 4 × 62: bytes above it would favour the first letters.
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}

/** An event's id is a function of its calendar and its id at the provider, so it stays the same for good. */
export const eventIdOf = (calendarId: string, platformUuid: string): string =>
  derivedId('evt', `${calendarId}\0${platformUuid}`);

/** A delivery's id is a function of its endpoint and what it tells: a notification that is fanned out twice is delivered once. */
export const deliveryIdOf = (webhookId: string, idempotencyKey: string): string =>
  derivedId('delivery', `${webhookId}\0${idempotencyKey}`);

/** The same id for the same text, always. */
export function derivedId(prefix: IdPrefix, source: string): string {
  let number = BigInt(`0x${createHash('sha256').update(source).digest('hex')}`);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += alphabet[Number(number % 62n)];
    number /= 62n;
  }
  return `${prefix}_${text}`;
}

/** A number in [0, count) that is the same for the same text: which shard of an index a row lives in. */
export const shardOf = (text: string, count: number): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) % count;
