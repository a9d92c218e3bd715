import { millisOf, parseTimestamp } from '../platform/timestamp.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The forms of a date in HTTP (RFC 9110 §5.6.7): the preferred one, that of RFC 850, and that of C's `asctime`. The first
 * may have the offset of a date in a mail.
 */
const dateForms = [
  /^(?:[a-z]{3},? *)?(?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) +(?<time>\d{1,2}:\d\d:\d\d) (?:GMT|UTC|(?<sign>[+-])(?<hours>\d\d)(?<minutes>\d\d))$/i,
  /^[a-z]{3,9},? +(?<day>\d{1,2})-(?<month>[a-z]{3})-(?<year>\d{2}|\d{4}) (?<time>\d\d:\d\d:\d\d) (?:GMT|UTC)$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) +(?<day>\d{1,2}) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i,
];

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in any form of HTTP. Fractions and ISO 8601 are no valid
 * forms, but leave no doubt.
 *
 * @param now milliseconds since the epoch
 * @returns seconds from now, or null when the header is absent or unreadable
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d*)?$/.test(text)) return Math.ceil(Number(text));
  const date = parseHttpDate(text, now) ?? parseIsoTime(text);
  return date === null ? null : Math.max(0, Math.ceil((date - now) / 1000));
}

function parseHttpDate(text: string, now: number): number | null {
  const found = dateForms.map((form) => form.exec(text)?.groups).find(Boolean) ?? {};
  const { day, month, year, time, sign } = found;
  if (!day || !month || !year || !time) return null;
  const offset = (Number(found['hours'] ?? 0) * 60 + Number(found['minutes'] ?? 0)) * (sign === '-' ? -1 : 1);
  const [hours, minutes, seconds] = time.split(':').map(Number) as [number, number, number];
  const index = months.indexOf(month.toLowerCase());
  if (index < 0 || Number(day) > 31 || hours > 23 || minutes > 59 || seconds > 60) return null;
  return Date.UTC(fullYear(year, now), index, Number(day), hours, minutes - offset, seconds);
}

const parseIsoTime = (text: string): number | null => {
  const time = parseTimestamp(text);
  return time === null ? null : millisOf(time);
};

/** A year of two digits that is more than 50 years ahead is of the last century (RFC 9110 §5.6.7). */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const present = new Date(now).getUTCFullYear();
  const inCentury = present - (present % 100) + Number(year);
  return inCentury > present + 50 ? inCentury - 100 : inCentury;
}
