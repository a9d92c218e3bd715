import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { millisOf, type Timestamp, timestampOf } from './timestamp.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 16;

export type IdPrefix =
  | 'cal'
  | 'evt'
  | 'bot'
  | 'proj'
  | 'key'
  | 'webhook'
  | 'delivery'
  | 'chg'
  | 'ser'
  | 'acct'
  | 'oapp'
  | 'cses'
  | 'orgc';

/** A public id (docs/api-compatibility.md#conventions): prefix, underscore and 16 characters of `[A-Za-z0-9]`. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`;

export type CalendarId = Id<'cal'>;
export type EventId = Id<'evt'>;
export type BotId = Id<'bot'>;
export type ChangeId = Id<'chg'>;
export type ProjectId = Id<'proj'>;
export type WebhookId = Id<'webhook'>;
export type DeliveryId = Id<'delivery'>;
export type SeriesId = Id<'ser'>;
export type AccountId = Id<'acct'>;
export type OrganizationId = Id<'orgc'>;

/** A new id: its 16 characters are random. Calendars have `newCalendarId`. */
export const randomId = <Prefix extends Exclude<IdPrefix, 'cal'>>(prefix: Prefix): Id<Prefix> =>
  `${prefix}_${randomSuffix()}`;

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

/** First characters of a calendar's id, from which its others are derived. The ids of its events begin with them. */
const stemLength = 7;
const stemOf = (id: string): string => id.slice(4, 4 + stemLength);
const calendarIdOf = (stem: string): CalendarId => `cal_${stem}${derivedId('cal', stem).slice(4 + stemLength)}`;

/**
 * A new id of a calendar. Seven characters are random: with a million calendars, one creation in 3.5 million draws an id
 * that is taken, and draws another one.
 */
export const newCalendarId = (): CalendarId => calendarIdOf(randomSuffix().slice(0, stemLength));

/** An event's id is derived from its calendar and its id at the provider, so it never changes. */
export const eventIdOf = (calendarId: string, platformUuid: string): EventId =>
  `evt_${stemOf(calendarId)}${derivedId('evt', `${calendarId}\0${platformUuid}`).slice(4 + stemLength)}`;

/** The calendar of an event, by the event's id alone. */
export const calendarOfEvent = (eventId: string): CalendarId => calendarIdOf(stemOf(eventId));

/** A series' id is derived from its calendar and from what all its parts have in common. It states its calendar, too. */
export const seriesIdOf = (calendarId: string, seriesKey: string): SeriesId =>
  `ser_${stemOf(calendarId)}${derivedId('ser', `${calendarId}\0${seriesKey}`).slice(4 + stemLength)}`;

/** The calendar of a series, by the series' id alone. */
export const calendarOfSeries = (seriesId: string): CalendarId => calendarIdOf(stemOf(seriesId));

/** Characters of a delivery's id that state its time, in microseconds since 1970. */
const timeLength = 9;

/**
 * A delivery's id: the time of the notification, and what is derived from endpoint and notification. A notification that
 * is fanned out twice is delivered once, and the id alone states where the row is.
 *
 * @param createdAt from 1970 to 2398, the same whenever the notification comes again
 */
export function deliveryIdOf(webhookId: string, idempotencyKey: string, createdAt: Timestamp): DeliveryId {
  let micros = millisOf(createdAt) * 1000 + Number(createdAt.slice(23, 26));
  let time = '';
  for (let index = 0; index < timeLength; index += 1) {
    time = `${alphabet[micros % alphabet.length]}${time}`;
    micros = Math.floor(micros / alphabet.length);
  }
  const derived = derivedId('delivery', `${webhookId}\0${idempotencyKey}`).slice('delivery_'.length);
  return `delivery_${time}${derived.slice(timeLength)}`;
}

/** The time that `deliveryIdOf` put into an id. */
export function timeOfDeliveryId(id: DeliveryId): Timestamp {
  const digits = id.slice('delivery_'.length).slice(0, timeLength);
  const micros = digits.split('').reduce((sum, digit) => sum * alphabet.length + alphabet.indexOf(digit), 0);
  return timestampOf(Math.floor(micros / 1000), micros % 1000);
}

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
