import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../platform/canonical-json.ts';
import { type EventId, idOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import { detailsSchema } from './details/event-details.ts';

const personSchema = z.object({ email: z.string().nullable(), name: z.string().nullable() });
/** `self`: the owner of the calendar, where the provider's event does not say so. */
const attendeeSchema = personSchema.extend({ self: z.literal(true).optional() });
/** An attendee or organizer. */
export type Attendee = z.output<typeof attendeeSchema>;

/**
 * An event as a provider describes it now, in the terms of the API: all that users see of it but ids and stamps. Rows hold
 * it packed. A field that is added later needs a default, with which rows that were packed before it are read.
 */
export const contentSchema = z.object({
  platform_uuid: z.string(),
  start_time: storedTimestamp,
  end_time: storedTimestamp,
  name: z.string().nullable(),
  meeting_url: z.string().nullable(),
  meeting_platform: z.string().nullable(),
  attendees: z.array(attendeeSchema),
  /** There are more guests than `attendees` has. */
  attendees_omitted: z.boolean().default(false),
  ical_uid: z.string().nullable(),
  is_all_day: z.boolean(),
  /** IANA zone in which the event was created. */
  time_zone: z.string().nullable(),
  organizer: personSchema.nullable(),
  /** The calendar owner's answer: accepted | declined | tentative | needs_action. */
  response_status: z.string().nullable(),
  status: z.enum(['confirmed', 'tentative']),
  /** Id of the series master at the provider, on instances and exceptions. */
  recurring_event_id: z.string().nullable(),
  visibility: z.string().nullable(),
  event_type: z.string().nullable(),
  /** What the API shows beside these fields, where `raw` does not have it because of the project's content policy. */
  details: detailsSchema.optional(),
  /** Links of meetings in a text that the content policy has dropped. */
  body_links: z.array(z.string()).optional(),
  /** The provider's event, very long texts cut. Kept as it is, down to keys such as `__proto__`. */
  raw: z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null, 'not an object'),
});
export type EventContent = z.output<typeof contentSchema>;

/** One change that a provider reports. */
export type ProviderChange =
  | { kind: 'event'; event: EventContent }
  /** All instances that a series has in the window now. Stored instances that are not among them were removed. */
  | { kind: 'series'; platform_uuid: string; instances: string[] }
  /** The event exists, but cannot be read: its stored content stays. */
  | { kind: 'unreadable'; platform_uuid: string }
  /** A look-up has said that the event exists. */
  | { kind: 'exists'; platform_uuid: string }
  /**
   * Removed: an event, an instance, or a series with all its instances. Proven by the provider's own word about it. An
   * event that users see is not deleted without that: a removal from a view may be a move. `rest`: all that stays of a
   * deleted event.
   */
  | { kind: 'removed'; platform_uuid: string; isProven: boolean; rest?: EventContent }
  /** A series of which several instances were removed at once. If it was deleted, so are the others. */
  | { kind: 'suspect'; platform_uuid: string };

/** The part of a stored event with which changes are compared; it is read from the indexes, without the full row. */
export interface StoredEvent {
  id: EventId;
  content_hash: string;
  is_deleted: boolean;
  series_id: string | null;
  start_time: Timestamp;
  end_time: Timestamp;
  /** Prefetched: it begins after the end of the window, so the API does not show it yet. */
  is_upcoming: boolean;
}

/** An event as the API shows it (docs/api-compatibility.md#calendar-events), without its bots. */
export const calendarEventSchema = contentSchema.extend({
  id: idOf('evt'),
  calendar_id: idOf('cal'),
  is_deleted: z.boolean(),
  created_at: storedTimestamp,
  updated_at: storedTimestamp,
});
export type CalendarEvent = z.output<typeof calendarEventSchema>;

/**
 * Equal for equal content.
 *
 * @param volatile fields of `raw` that providers change although the event is the same (etags, modification times)
 */
export function contentHash(event: EventContent, volatile: readonly string[]): string {
  const raw = Object.fromEntries(Object.entries(event.raw).filter(([field]) => !volatile.includes(field)));
  return createHash('sha256')
    .update(canonicalJson({ ...event, raw }))
    .digest('base64url')
    .slice(0, 24);
}
