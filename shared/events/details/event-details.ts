import * as z from 'zod';
import { parseProviderTime, type Timestamp } from '../../platform/timestamp.ts';
import { storedTimestamp } from '../../store/stored-values.ts';
import { busyKinds, eventTypes, visibilities } from '../event-traits.ts';

/** Answers to an invitation. `organizer` is for answers of a kind that no provider gives today. */
export const responseStatuses = ['accepted', 'declined', 'tentative', 'needs_action', 'organizer'] as const;
export type ResponseStatus = (typeof responseStatuses)[number];

/** What a guest is and has answered, beside the address and the name. */
const guestSchema = z.object({
  response_status: z.enum(responseStatuses).nullable(),
  organizer: z.boolean(),
  optional: z.boolean(),
  /** A room or a device. */
  resource: z.boolean(),
  /** The owner of the calendar. */
  self: z.boolean(),
});
export type Guest = z.output<typeof guestSchema>;

export const entryPointTypes = ['video', 'phone', 'sip', 'more'] as const;
const conferenceSchema = z.object({
  /** The product, as its provider names it. */
  name: z.string().nullable(),
  id: z.string().nullable(),
  entry_points: z.array(
    z.object({
      type: z.enum(entryPointTypes),
      uri: z.string(),
      label: z.string().nullable(),
      /** PIN, passcode or access code. */
      pin: z.string().nullable(),
    }),
  ),
});
export type Conference = z.output<typeof conferenceSchema>;

/**
 * What the API shows of an event in one shape for both providers, read from the provider's event. `null` is what an event
 * does not have, and what it has in a form that is not known.
 */
export const detailsSchema = z.object({
  location: z.string().nullable(),
  /** Text, at most `longestDescription` characters. */
  description: z.string().nullable(),
  /** One for each of the event's `attendees`, in their order. */
  guests: z.array(guestSchema),
  busy: z.enum(busyKinds),
  visibility: z.enum(visibilities),
  event_type: z.enum(eventTypes),
  /** Days of an all-day event, the last one excluded: `2026-11-21`. */
  start_date: z.string().nullable(),
  end_date: z.string().nullable(),
  /** Where the rule of its series puts an instance, wherever it is now. */
  original_start_time: storedTimestamp.nullable(),
  conference: conferenceSchema.nullable(),
  /** What all parts of a series have in common (`series-key.ts`); null for an event without a series. */
  series_key: z.string().nullable(),
});
export type EventDetails = z.output<typeof detailsSchema>;

export const longestDescription = 8_000;

/** Of what is read as HTML; far more than a description of the longest length needs. */
export const longestSource = 100_000;

/** `2026-11-21` at the beginning of a text that is a date, or a date and a time. */
export const dateIn = (text: string | null | undefined): string | null =>
  text && parseProviderTime(text.slice(0, 10)) ? (/^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? null) : null;

/** The days of an all-day event. An end that cannot be read, or is not after the start, is the day after the start. */
export function daysOf(start: string | null, end: string | null): Pick<EventDetails, 'start_date' | 'end_date'> {
  if (start === null) return { start_date: null, end_date: null };
  return { start_date: start, end_date: end !== null && end > start ? end : dayAfter(start) };
}

/** Dates end with the year 9999. */
function dayAfter(date: string): string {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return /^\d{4}-/.test(next) ? next : date;
}

/** A time of a provider; one without an offset is UTC. */
export const timeOf = (text: string | null | undefined): Timestamp | null =>
  text ? parseProviderTime(cutTicks(text)) : null;

/** .NET writes seven digits of a second. */
const cutTicks = (text: string): string => text.replace(/(\.\d{6})\d+/, '$1');

/** Midnight of a day in a zone; in UTC where the zone is not known. */
export function midnightIn(date: string, zone: string | null): Timestamp | null {
  const utc = timeOf(`${date}T00:00:00Z`);
  if (utc === null || zone === null) return utc;
  let millis = Date.parse(`${date}T00:00:00Z`);
  try {
    const wanted = millis;
    // Twice, because the offset at midnight may differ from the one at the first guess.
    for (let round = 0; round < 2; round += 1) millis = wanted - offsetAt(millis, zone);
    return timeOf(new Date(millis).toISOString());
  } catch {
    return utc;
  }
}

/** Milliseconds that a zone is ahead of UTC. @throws RangeError for an unknown zone */
function offsetAt(millis: number, zone: string): number {
  // `2026-11-21 09:30:00`
  const local = new Date(millis).toLocaleString('sv-SE', { timeZone: zone });
  return Date.parse(`${local.replace(' ', 'T')}Z`) - Math.floor(millis / 1000) * 1000;
}
