/**
 * A UTC instant as fixed-width text with microseconds, `2026-11-21T09:30:00.000000Z`: 27 characters that sort as the
 * instants do. It is stored and compared in this form. The API shows the form of `formatTimestamp`.
 */
export type Timestamp = string & { readonly __timestamp: true };

/** A blank in the place of the sign is a `+` that was not escaped in a query. */
const pattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?(?: ?(Z)| ?([+ -])(\d{2})(?::?(\d{2}))?)?)?$/i;

/**
 * Reads the input forms of docs/api-compatibility.md#conventions: `T` or space, seconds optional, single digits, `Z`,
 * `±HH:MM`, `±HHMM` or `±HH`, perhaps after a blank. A date alone is midnight, no offset is UTC, a leap second is the second after it, digits beyond the sixth are
 * cut. The `+` of an offset may be a blank, as it is in a query where it was not escaped.
 *
 * @returns null when the text is none of these, or not a real date in years 0001–9999
 */
export function parseTimestamp(text: string): Timestamp | null {
  const read = readParts(text);
  return read && compose(read.seconds, read.fraction);
}

/** The first and the last instant that can be stored. */
export const earliestTimestamp = '0001-01-01T00:00:00.000000Z' as Timestamp;
export const latestTimestamp = '9999-12-31T23:59:59.999999Z' as Timestamp;

/**
 * The same for times of providers. A time near the year 9999 (an event without an end) or 0001 that its offset moves out
 * of these years is the nearest instant that can be stored.
 */
export function parseProviderTime(text: string): Timestamp | null {
  if (/^\+?[1-9]\d{4,5}-\d{2}-\d{2}/.test(text)) return latestTimestamp;
  const read = readParts(text);
  return read && (compose(read.seconds, read.fraction) ?? (read.seconds < 0 ? earliestTimestamp : latestTimestamp));
}

/** Milliseconds since the epoch of the whole second, and six digits below it; null for a text that is no time. */
function readParts(text: string): { seconds: number; fraction: string } | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(10), part(11)];
  if (year < 1 || hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return null;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null;
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (match[9] === '-' ? -1 : 1);
  const seconds = local.setUTCHours(hour, minute, second) - offset;
  // A leap second is the last of a UTC day (RFC 3339), and counts as the first of the next day.
  if (second === 60 && seconds % 86_400_000 !== 0) return null;
  return { seconds, fraction: (match[7] ?? '').slice(0, 6).padEnd(6, '0') };
}

/**
 * @param millis whole milliseconds since the epoch, in the years 0001–9999
 * @param micros whole microseconds below the millisecond, 0–999
 * @throws RangeError for every other number: rounding is the caller's decision
 */
export const timestampOf = (millis: number, micros = 0): Timestamp => {
  const isWhole = Number.isInteger(millis) && Number.isInteger(micros) && micros >= 0 && micros <= 999;
  const milli = ((millis % 1000) + 1000) % 1000;
  const timestamp = isWhole ? compose(millis - milli, String(milli * 1000 + micros).padStart(6, '0')) : null;
  if (!timestamp) throw new RangeError(`no timestamp for ${millis} ms and ${micros} µs`);
  return timestamp;
};

/** Does this text have the form in which timestamps are stored? True for exactly what `timestampOf` returns. */
export const isTimestamp = (value: unknown): value is Timestamp =>
  typeof value === 'string' && parseTimestamp(value) === value;

/** As the API shows it: six fractional digits, or none when the fraction is zero. */
export const formatTimestamp = (timestamp: Timestamp): string => timestamp.replace('.000000Z', 'Z');

/** Milliseconds since the epoch; microseconds are dropped. */
export const millisOf = (timestamp: Timestamp): number => Date.parse(`${timestamp.slice(0, 23)}Z`);

/** Microseconds since the epoch. Exact up to the year 2255. */
export const microsOf = (timestamp: Timestamp): number => millisOf(timestamp) * 1000 + Number(timestamp.slice(23, 26));

export const timestampOfMicros = (micros: number): Timestamp => {
  const millis = Math.floor(micros / 1000);
  return timestampOf(millis, micros - millis * 1000);
};

/** The instant `micros` whole microseconds (≥ 0) later. */
export const addMicros = (timestamp: Timestamp, micros: number): Timestamp => {
  const total = Number(timestamp.slice(20, 26)) + micros;
  return timestampOf(Date.parse(`${timestamp.slice(0, 19)}Z`) + Math.floor(total / 1000), total % 1000);
};

function compose(wholeSeconds: number, fraction: string): Timestamp | null {
  const text = Number.isFinite(wholeSeconds) ? safeIso(wholeSeconds) : null;
  return text && /^\d{4}-/.test(text) && !text.startsWith('0000')
    ? (`${text.slice(0, 20)}${fraction}Z` as Timestamp)
    : null;
}

function safeIso(millis: number): string | null {
  return Math.abs(millis) <= 8.64e15 ? new Date(millis).toISOString() : null;
}
