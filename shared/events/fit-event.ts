import type { Attendee, EventContent } from './calendar-event.ts';
import { cutText } from './details/cut-text.ts';

/**
 * DynamoDB stores items of up to 400 KB. These limits together are less than that in UTF-8, so an event fits even if its
 * text does not compress.
 */
const rawBytes = 200_000;
const attendeeBytes = 100_000;
const nameLength = 5_000;
const linkLength = 8_192;
const idLength = 2_048;
const fieldLength = 1_024;

/**
 * Cuts the fields of an event that are too large to be stored, so that no event is refused
 * (docs/api-compatibility.md#what-is-synchronized). An event of usual size is returned unchanged.
 */
export function fitEvent(content: Omit<EventContent, 'attendees_omitted'>): EventContent {
  const event = wellFormed(content) as typeof content;
  const attendees = fitAttendees(event.attendees);
  const raw = fitRaw(event.raw);
  return {
    ...event,
    name: cut(event.name, nameLength),
    // Half a link is none.
    ...((event.meeting_url ?? '').length > linkLength && { meeting_url: null, meeting_platform: null }),
    recurring_event_id: cut(event.recurring_event_id, idLength),
    ical_uid: cut(event.ical_uid, fieldLength),
    time_zone: cut(event.time_zone, fieldLength),
    visibility: cut(event.visibility, fieldLength),
    event_type: cut(event.event_type, fieldLength),
    organizer: event.organizer && cutPerson(event.organizer),
    attendees,
    attendees_omitted: attendees.length < event.attendees.length || raw.attendeesOmitted === true,
    raw,
  };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const cut = (text: string | null, longest: number): string | null => text && cutText(text, longest);

/** Values that are nested deeper are left out. They would overflow the stack of what hashes, stores and sends them. */
const deepest = 100;

/** Lone surrogates and NUL are no text for other systems: each becomes U+FFFD, in every string. */
function wellFormed(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (value === null || typeof value !== 'object') return value;
  if (depth >= deepest) return null;
  const below = (item: unknown): unknown => wellFormed(item, depth + 1);
  if (Array.isArray(value)) return value.map(below);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [below(name), below(item)]));
}

const cutPerson = ({ email, name, ...rest }: Attendee): Attendee => ({
  ...rest,
  email: cut(email, fieldLength),
  name: cut(name, fieldLength),
});

function fitAttendees(attendees: Attendee[]): Attendee[] {
  let bytes = 0;
  const people = attendees.map(cutPerson);
  const end = people.findIndex((person) => {
    bytes += bytesOf(person) + 1;
    return bytes > attendeeBytes;
  });
  return end === -1 ? people : people.slice(0, end);
}

/** Cuts very long texts first, then guests, then long texts. If that is not enough, only short top-level values remain. */
function fitRaw(raw: Record<string, unknown>): Record<string, unknown> {
  if (bytesOf(raw) <= rawBytes) return raw;
  for (const longest of [20_000, 2_000, 200]) {
    const shorter = cutTexts(raw, longest) as Record<string, unknown>;
    if (bytesOf(shorter) <= rawBytes) return shorter;
    const fewer = cutGuests(shorter);
    if (fewer) return fewer;
  }
  const kept: Record<string, unknown> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(raw)) {
    const size = bytesOf(name) + bytesOf(value) + 2;
    if (size <= 1_000 && bytes + size < rawBytes) {
      kept[name] = value;
      bytes += size;
    }
  }
  return kept;
}

/**
 * Both providers name the guests `attendees`. Google's own flag says that some are left out. The calendar's owner, whom
 * Google marks with `self`, is kept.
 *
 * @returns null when the rest is too large already
 */
function cutGuests(raw: Record<string, unknown>): Record<string, unknown> | null {
  if (!Array.isArray(raw.attendees)) return null;
  const guests: unknown[] = raw.attendees;
  let bytes = bytesOf({ ...raw, attendees: [], attendeesOmitted: true });
  if (bytes > rawBytes / 2) return null;
  const kept = new Set<number>();
  const indexes = guests.keys().toArray();
  const [owner, others] = [
    indexes.filter((index) => isOwner(guests[index])),
    indexes.filter((index) => !isOwner(guests[index])),
  ];
  for (const index of [...owner, ...others]) {
    bytes += bytesOf(guests[index]) + 1;
    if (bytes > rawBytes) break;
    kept.add(index);
  }
  return { ...raw, attendees: guests.filter((_guest, index) => kept.has(index)), attendeesOmitted: true };
}

const isOwner = (guest: unknown): boolean =>
  typeof guest === 'object' && guest !== null && 'self' in guest && guest.self === true;

/** Cuts every longer text of a value. */
export function cutTexts(value: unknown, longest: number, depth = 0): unknown {
  if (typeof value === 'string') return cut(value, longest);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= deepest) return null;
  const below = (item: unknown): unknown => cutTexts(item, longest, depth + 1);
  if (Array.isArray(value)) return value.map(below);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, below(item)]));
}
