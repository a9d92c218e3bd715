import type { CalendarEvent } from '../calendar-event.ts';

/** An entry of the change feed (docs/api-compatibility.md#freshness-health-and-the-change-feed): what happened to an event, and the event as it was right after. */
export interface EventChange {
  type: 'created' | 'changed' | 'deleted';
  /** Of a created event none is named. */
  changed_fields: string[];
  event: CalendarEvent;
}
