import type { Calendar, SyncState } from './calendar.ts';
import type { Fact, WebhookTrigger } from './fact.ts';
import { formatTimestamp, type Timestamp } from './timestamp.ts';

/** How many events a sync changed; `since` as `updated_at_gte` misses none of them. */
export interface ChangeSummary {
  sync_id: string;
  created: number;
  changed: number;
  deleted: number;
  since: Timestamp;
}

const shown = (time: Timestamp | undefined): string | null => (time ? formatTimestamp(time) : null);

function fact(
  calendar: Calendar,
  sync: SyncState,
  trigger: WebhookTrigger,
  idempotencyKey: string,
  extra: Record<string, unknown>,
): Fact {
  const failure = calendar.connection_failure_data;
  return {
    project_id: calendar.project_id,
    payload: {
      idempotency_key: idempotencyKey,
      calendar_id: calendar.id,
      calendar_deduplication_key: calendar.deduplication_key,
      calendar_metadata: calendar.metadata,
      trigger,
      data: {
        state: calendar.state,
        connection_failure_data: failure && { ...failure, timestamp: formatTimestamp(failure.timestamp) },
        last_successful_sync_at: shown(sync.last_successful_sync_at),
        last_attempted_sync_at: shown(sync.last_attempted_sync_at),
        ...extra,
      },
    },
  };
}

/** `calendar.events_update` (contract A5, B2): once per sync that changed something. */
export const eventsUpdate = (calendar: Calendar, sync: SyncState, key: string, summary: ChangeSummary): Fact =>
  fact(calendar, sync, 'calendar.events_update', key, { ...summary, since: formatTimestamp(summary.since) });

/** `calendar.state_change`: on loss of access, and on its return. */
export const stateChange = (calendar: Calendar, sync: SyncState, key: string): Fact =>
  fact(calendar, sync, 'calendar.state_change', key, {});
