import { createHash } from 'node:crypto';
import { canonicalJson } from '../platform/canonical-json.ts';
import type { Timestamp } from '../platform/timestamp.ts';

export interface Attendee {
  email: string | null;
  name: string | null;
}

/** An event as a provider describes it now, in our terms. Everything a user may see of it, but ids and stamps of ours. */
export interface EventContent {
  platform_uuid: string;
  start_time: Timestamp;
  end_time: Timestamp;
  name: string | null;
  meeting_url: string | null;
  meeting_platform: string | null;
  attendees: Attendee[];
  ical_uid: string | null;
  is_all_day: boolean;
  /** IANA zone the event was made in. */
  time_zone: string | null;
  organizer: Attendee | null;
  /** The calendar owner's answer: accepted | declined | tentative | needs_action. */
  response_status: string | null;
  status: 'confirmed' | 'tentative';
  /** Id of the series master at the provider, on instances and exceptions. */
  recurring_event_id: string | null;
  visibility: string | null;
  event_type: string | null;
  /** The provider's event, very long texts cut. */
  raw: Record<string, unknown>;
}

/** One thing a provider reports of a calendar. */
export type ProviderChange =
  | { kind: 'event'; event: EventContent }
  /** All instances a series has in the window now: stored ones that are not among them are gone. */
  | { kind: 'series'; platform_uuid: string; instances: string[] }
  /** It is there, but cannot be read: what is stored of it stays. */
  | { kind: 'unreadable'; platform_uuid: string }
  /** Gone: an event, an instance, or a series with all its instances. */
  | { kind: 'removed'; platform_uuid: string };

/** What is kept of an event for comparison: enough to decide without reading the whole row. */
export interface StoredEvent {
  id: string;
  content_hash: string;
  is_deleted: boolean;
  series_id: string | null;
  start_time: Timestamp;
  end_time: Timestamp;
  /** Known, but still beyond the window: nobody sees it until its time comes. */
  is_upcoming: boolean;
}

/** An event as the API shows it (docs/api-compatibility.md#calendar-events), without its bots. */
export interface CalendarEvent extends EventContent {
  id: string;
  calendar_id: string;
  is_deleted: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/**
 * Equal for equal content. `volatile` names fields of `raw` that providers move without anyone having changed the event
 * (etags, modification times).
 */
export function contentHash(event: EventContent, volatile: readonly string[]): string {
  const raw = Object.fromEntries(Object.entries(event.raw).filter(([field]) => !volatile.includes(field)));
  return createHash('sha256')
    .update(canonicalJson({ ...event, raw }))
    .digest('base64url')
    .slice(0, 24);
}
