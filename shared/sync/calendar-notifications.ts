import type { Calendar } from '../calendars/calendar.ts';
import { type ReconnectLinks, showFailure } from '../connect/reconnect-link.ts';
import type { PublishedNotification } from '../notifications/notification-schema.ts';
import type { OutboxEntry, OutboxMessage } from '../notifications/outbox-row.ts';
import { formatTimestamp, millisOf, type Timestamp } from '../platform/timestamp.ts';
import type { ChangeSummary } from './state-outbox.ts';
import { describeFailing, type Failing } from './sync-error.ts';
import type { SyncState } from './sync-state.ts';

/** The part of a sync state that notifications show. */
type SyncTimes = Pick<SyncState, 'last_successful_sync_at' | 'last_attempted_sync_at'>;

const shown = (time: Timestamp | undefined): string | null => (time ? formatTimestamp(time) : null);

/** @param links absent: what is shown has no link to reconnect the calendar */
function describeCalendar(calendar: Calendar, sync: SyncTimes, links?: ReconnectLinks) {
  const lostAt = calendar.connection_failure_data?.timestamp;
  return {
    names: {
      calendar_id: calendar.id,
      calendar_deduplication_key: calendar.deduplication_key,
      calendar_metadata: calendar.metadata,
    },
    state: {
      state: calendar.state,
      connection_failure_data: showFailure(calendar, lostAt ? millisOf(lostAt) : 0, links),
      last_successful_sync_at: shown(sync.last_successful_sync_at),
      last_attempted_sync_at: shown(sync.last_attempted_sync_at),
    },
  };
}

/**
 * `calendar.events_update` (docs/api-compatibility.md#webhook-requests, #freshness-health-and-the-change-feed): once per run that changed events.
 *
 * @param key the idempotency key, the same whenever the notification is repeated
 * @param hasBotRules whether the project's rules decide about the events, too
 */
export function eventsUpdate(
  calendar: Calendar,
  sync: SyncTimes,
  key: string,
  summary: ChangeSummary,
  hasBotRules = false,
): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  const data = { ...state, ...summary, since: formatTimestamp(summary.since) };
  return {
    project_id: calendar.project_id,
    ...(hasBotRules && { has_bot_rules: true }),
    payload: { idempotency_key: key, ...names, trigger: 'calendar.events_update', data },
  };
}

/** `calendar.state_change`: the calendar was disconnected or connected again. */
export function stateChange(
  calendar: Calendar,
  sync: SyncTimes,
  key: string,
  links?: ReconnectLinks,
): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync, links);
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.state_change', data: state },
  };
}

/** `calendar.sync_failing`: the calendar is connected, and cannot be synced (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export function syncFailing(
  calendar: Calendar,
  sync: SyncTimes & { failing: Failing },
  key: string,
): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  const { since, next_try_at, ...error } = describeFailing(sync.failing);
  const sync_error = { ...error, since: formatTimestamp(since), next_try_at: formatTimestamp(next_try_at) };
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.sync_failing', data: { ...state, sync_error } },
  };
}

/** `calendar.sync_recovered`: a calendar that was announced as failing is synced again. */
export function syncRecovered(calendar: Calendar, sync: SyncTimes, key: string): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  return {
    project_id: calendar.project_id,
    payload: {
      idempotency_key: key,
      ...names,
      trigger: 'calendar.sync_recovered',
      data: { ...state, sync_error: null },
    },
  };
}

/** `calendar.first_sync`: the events of a new calendar can be read, also when it has none. */
export function firstSync(calendar: Calendar, sync: SyncTimes, key: string): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.first_sync', data: state },
  };
}

/** `calendar.connected`: a user has connected the calendar, or connected it again, in a connect session. */
export function calendarConnected(
  calendar: Calendar,
  sync: SyncTimes,
  key: string,
  session: { connect_session_id: string; is_reconnect: boolean },
): PublishedNotification {
  const { names, state } = describeCalendar(calendar, sync);
  return {
    project_id: calendar.project_id,
    payload: { idempotency_key: key, ...names, trigger: 'calendar.connected', data: { ...state, ...session } },
  };
}

/** What the outbox of a sync state says, in the order of its entries. */
export const entriesToSend = (
  calendar: Calendar,
  sync: SyncTimes & Pick<SyncState, 'outbox'>,
): (OutboxEntry | OutboxMessage)[] =>
  (sync.outbox ?? []).map((entry) => {
    if (!('changes' in entry)) return entry;
    const { sync_id: id } = entry.changes;
    return { id, notification: eventsUpdate(calendar, sync, id, entry.changes, entry.has_bot_rules) };
  });
