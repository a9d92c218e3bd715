import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 16;

export type IdPrefix = 'cal' | 'evt' | 'bot' | 'proj' | 'key' | 'webhook' | 'delivery' | 'chg';

/** A public id (docs/api-compatibility.md#conventions): prefix, underscore and 16 characters of `[A-Za-z0-9]`. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`;

export type CalendarId = Id<'cal'>;
export type EventId = Id<'evt'>;
export type BotId = Id<'bot'>;
export type ChangeId = Id<'chg'>;
export type ProjectId = Id<'proj'>;
export type WebhookId = Id<'webhook'>;
export type DeliveryId = Id<'delivery'>;

/** A new id: its 16 characters are random. */
export const randomId = <Prefix extends IdPrefix>(prefix: Prefix): Id<Prefix> => `${prefix}_${randomSuffix()}`;

/** Is this text from outside an id with that prefix? Any other text names nothing. */
export const isId = <Prefix extends IdPrefix>(prefix: Prefix, text: string): text is Id<Prefix> =>
  text.startsWith(`${prefix}_`) && /^[A-Za-z0-9]{16}$/.test(text.slice(prefix.length + 1));

/**
 * Schema of an id in rows and messages that Kalends wrote itself: checks the prefix, which is what the type promises.
 * Text from outside is checked with `isId`.
 */
export const idOf = <Prefix extends IdPrefix>(prefix: Prefix): z.ZodCustom<Id<Prefix>, Id<Prefix>> =>
  z.custom<Id<Prefix>>(
    (value) => typeof value === 'string' && value.startsWith(`${prefix}_`),
    `not an id with prefix ${prefix}`,
  );

/** 16 characters of `[A-Za-z0-9]`, about 95 random bits. */
export function randomSuffix(): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(24)) {
      // 248 = 4 × 62: larger bytes would make the first letters more likely.
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}

/** An event's id is derived from its calendar and its id at the provider, so it never changes. */
export const eventIdOf = (calendarId: string, platformUuid: string): EventId =>
  derivedId('evt', `${calendarId}\0${platformUuid}`);

/** A delivery's id is derived from endpoint and notification: a notification that is fanned out twice is delivered once. */
export const deliveryIdOf = (webhookId: string, idempotencyKey: string): DeliveryId =>
  derivedId('delivery', `${webhookId}\0${idempotencyKey}`);

/** The same id for the same text, always. */
export function derivedId<Prefix extends IdPrefix>(prefix: Prefix, source: string): Id<Prefix> {
  let number = BigInt(`0x${createHash('sha256').update(source).digest('hex')}`);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += alphabet[Number(number % 62n)];
    number /= 62n;
  }
  return `${prefix}_${text}`;
}

/** A number in [0, count) that is the same for the same text: in which shard of an index a row lies. */
export const shardOf = (text: string, count: number): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) % count;
