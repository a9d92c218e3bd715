import { Temporal } from 'temporal-polyfill';

const DAY_MS = 86_400_000;

/** Offsets at UTC midnights: a listing of thousands of events asks for the same days again and again. */
const midnightOffsets = new Map<string, Map<number, number>>();

function exactOffset(zone: string, instant: number): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
}

function offsetAtMidnight(zone: string, day: number): number {
  let days = midnightOffsets.get(zone);
  if (days === undefined) midnightOffsets.set(zone, (days = new Map()));
  let offset = days.get(day);
  if (offset === undefined) days.set(day, (offset = exactOffset(zone, day * DAY_MS)));
  return offset;
}

/** UTC offset of an IANA zone at an instant, both in milliseconds. Throws RangeError for an unknown zone. */
export function zoneOffset(zone: string, instant: number): number {
  const day = Math.floor(instant / DAY_MS);
  const before = offsetAtMidnight(zone, day);
  return before === offsetAtMidnight(zone, day + 1) ? before : exactOffset(zone, instant);
}

/**
 * The instant of a wall-clock time, which is given in milliseconds as if it were UTC. A time skipped by a
 * transition moves forward and a repeated one means its first pass, as RFC 5545 and Google do.
 */
export function wallToInstant(wall: number, zone: string): number {
  const before = zoneOffset(zone, wall - DAY_MS);
  if (before === zoneOffset(zone, wall + DAY_MS)) return wall - before;
  const plain = Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, -1));
  return plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** RFC 3339 with seconds and the zone's offset, `Z` when that is zero, as Google renders `dateTime`. */
export function formatInstant(instant: number, zone: string): string {
  const offset = zoneOffset(zone, instant);
  const wall = new Date(instant + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${wall}Z`;
  const minutes = Math.abs(offset) / 60_000;
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}

/** True for a zone name that Intl knows. */
export function isZone(zone: string): boolean {
  try {
    exactOffset(zone, 0);
    return true;
  } catch {
    return false;
  }
}
