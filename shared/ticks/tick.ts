import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { type TickTrigger, tickTriggers } from '../notifications/notification.ts';
import type { PublishedNotification } from '../notifications/notification-schema.ts';
import { derivedUuid } from '../platform/derived-uuid.ts';
import { formatTimestamp, millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { type Webhook, wantsTrigger } from '../webhooks/endpoint.ts';

/** A tick of events: `event.starting` so many minutes before their start, or `event.ended` after their end. */
export interface TickKind {
  trigger: TickTrigger;
  offset_minutes: number;
}

const minuteMs = 60_000;

/** From the start or end of an event to its tick, in milliseconds. */
export const shiftOf = ({ trigger, offset_minutes }: TickKind): number =>
  trigger === 'event.starting' ? -offset_minutes * minuteMs : offset_minutes * minuteMs;

/** The ticks that the active endpoints of a project want: none costs nothing. */
export function wantedTicks(webhooks: readonly Webhook[]): TickKind[] {
  const wanted = new Map<string, TickKind>();
  for (const webhook of webhooks.filter(({ is_active }) => is_active)) {
    for (const trigger of tickTriggers.filter((one) => wantsTrigger(webhook, one))) {
      for (const offset_minutes of webhook.offsets_minutes) {
        wanted.set(`${trigger} ${offset_minutes}`, { trigger, offset_minutes });
      }
    }
  }
  return [...wanted.values()];
}

/** The start or end of an event, from which its tick is counted. */
export const momentOf = (event: Pick<CalendarEvent, 'start_time' | 'end_time'>, { trigger }: TickKind): Timestamp =>
  trigger === 'event.starting' ? event.start_time : event.end_time;

/** The notification of a tick. An event, its time and the offset have one idempotency key, however often it is found. */
export function tickNotification(event: CalendarEvent, calendar: Calendar, kind: TickKind): PublishedNotification {
  const moment = momentOf(event, kind);
  const data = {
    event_id: event.id,
    offset_minutes: kind.offset_minutes,
    starts_at: formatTimestamp(event.start_time),
    ends_at: formatTimestamp(event.end_time),
    meeting_url: event.meeting_url,
    created_at: formatTimestamp(timestampOf(millisOf(moment) + shiftOf(kind))),
  };
  return {
    project_id: calendar.project_id,
    payload: {
      idempotency_key: derivedUuid(`${event.id}#${kind.trigger}#${kind.offset_minutes}#${moment}`),
      calendar_id: calendar.id,
      calendar_deduplication_key: calendar.deduplication_key,
      calendar_metadata: calendar.metadata,
      trigger: kind.trigger,
      data,
    },
  };
}
