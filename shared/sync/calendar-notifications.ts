import type { Calendar, SyncState } from '../calendars/calendar.ts';
import type { PublishedNotification } from '../notifications/notification-schema.ts';
import { formatTimestamp, type Timestamp } from '../platform/timestamp.ts';

/** How many events a sync changed; `since` as `updated_at_gte` misses none of them. */
export interface ChangeSummary {
  sync_id: string;
  created: number;
  changed: number;
  deleted: number;
  since: Timestamp;
}

const shown = (time: Timestamp | undefined): string | null => (time ? formatTimestamp(time) : null);

function describeCalendar(calendar: Calendar, sync: SyncState) {
  const failure = calendar.connection_failure_data;
  return {
    names: {
      calendar_id: calendar.id,
      calendar_deduplication_key: calendar.deduplication_key,
      calendar_metadata: calendar.metadata,
    },
    state: {
      state: calendar.state,
      connection_failure_data: failure && { ...failure, timestamp: formatTimestamp(failure.timestamp) },
      last_successful_sync_at: shown(sync.last_successful_sync_at),
      last_attempted_sync_at: shown(sync.last_attempted_sync_at),
    },
  };
}

/**
 * `calendar.events_update` (docs/api-compatibility.md#webhook-requests, #freshness-health-and-the-change-feed): once per sync that changed something.
 *
 * @param key the idempotency key, the same whenever this is said again
 */
export function eventsUpdate(
  calendar: Calendar,
  sync: SyncState,
  key: string,
  summary: ChangeSummary,
): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  const data = { ...state, ...summary, since: formatTimestamp(summary.since) };
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.events_update', data },
  };
}

/** `calendar.state_change`: on loss of access, and on its return. */
export function stateChange(calendar: Calendar, sync: SyncState, key: string): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.state_change', data: state },
  };
}
