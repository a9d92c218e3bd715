import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import * as z from 'zod';
import { isTimestamp, microsOf, type Timestamp, timestampOfMicros } from '../platform/timestamp.ts';

/** A timestamp as it is stored: exactly the texts that `timestampOf` returns. */
export const storedTimestamp = z.custom<Timestamp>(isTimestamp, 'not a stored timestamp');

/** A timestamp stored as microseconds since the epoch: 9 bytes instead of 27. For times up to the year 2255. */
export const storedMicros = z.codec(z.int(), storedTimestamp, { decode: timestampOfMicros, encode: microsOf });

/** A UUID in 23 characters instead of 36. Any other text is stored as it is. */
export const shortUuid = z.codec(z.string(), z.string(), {
  decode: (text) => {
    if (!/^~[\w-]{22}$/.test(text)) return text;
    const hex = Buffer.from(text.slice(1), 'base64url').toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
  encode: (text) =>
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)
      ? `~${Buffer.from(text.replaceAll('-', ''), 'hex').toString('base64url')}`
      : text,
});

/**
 * A value stored as JSON text, so that every string a user sends, lone surrogates included, is read as it was written.
 *
 * @param schema of the value. A value that it refuses makes the row unreadable
 */
export const jsonText = <Schema extends z.ZodType>(schema: Schema): z.ZodCodec<z.ZodString, Schema> =>
  z.codec(z.string(), schema, {
    decode: (text, context): z.input<Schema> => {
      try {
        return JSON.parse(text) as z.input<Schema>;
      } catch {
        context.issues.push({ code: 'custom', input: text, message: 'not JSON' });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });

const bytes = z.instanceof(Uint8Array);

/** A value stored as compressed JSON. */
export const gzippedJson = <Schema extends z.ZodType>(schema: Schema): z.ZodCodec<typeof bytes, Schema> =>
  z.codec(bytes, schema, {
    decode: (packed, context): z.input<Schema> => {
      try {
        return JSON.parse(gunzipSync(packed).toString()) as z.input<Schema>;
      } catch {
        context.issues.push({ code: 'custom', input: packed, message: 'not compressed JSON' });
        return z.NEVER;
      }
    },
    encode: (value) => gzipSync(JSON.stringify(value)),
  });

/**
 * A small value stored as compressed JSON, with a dictionary: texts that occur in nearly every value, its field names above
 * all, take a few bits. The dictionary is a part of the format: with another one no stored value can be read.
 * The zlib format has a checksum of the dictionary, so such a value is refused.
 */
export const packedJson = <Schema extends z.ZodType>(
  schema: Schema,
  dictionary: Buffer,
): z.ZodCodec<typeof bytes, Schema> =>
  z.codec(bytes, schema, {
    decode: (packed, context): z.input<Schema> => {
      try {
        return JSON.parse(inflateSync(packed, { dictionary }).toString()) as z.input<Schema>;
      } catch {
        context.issues.push({ code: 'custom', input: packed, message: 'not compressed JSON' });
        return z.NEVER;
      }
    },
    encode: (value) => deflateSync(JSON.stringify(value), { dictionary, level: 9 }),
  });

/** Sort attribute of an ordered index, `<time>#<id>`: a total order, also of rows of the same time. */
export type OrderText = `${string}#${string}`;

export const orderText = (time: Timestamp, id: string): OrderText => `${time}#${id}`;

/** Schema of a sort attribute. */
export const storedOrder = z.custom<OrderText>(
  (value) => typeof value === 'string' && value[27] === '#' && isTimestamp(value.slice(0, 27)),
  'not <time>#<id>',
);

/** The time by which a row is ordered. */
export const timeOfOrder = (order: OrderText): Timestamp => storedTimestamp.parse(order.slice(0, 27));
