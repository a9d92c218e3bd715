import { answerObject, type Component, choiceList } from '../http/component.ts';
import { calendarHealthOut, lastRunOut, lastRunOutcomes } from './calendar-health.api.ts';
import { pushReasons, pushStatuses } from './push-status.ts';
import { syncErrorOut } from './sync-error.api.ts';
import { calendarSyncOut, requestedSyncOut } from './sync-log.api.ts';
import { loggedTriggers, runOutcomes } from './sync-log-entry.ts';

export const syncComponents: readonly Component[] = [
  answerObject('SyncRun', calendarSyncOut, 'One run of the sync of a calendar.', {
    id: 'Id of the run; `sync_id` of its notification',
    trigger: 'What asked for the run',
    started_at: 'When it began, UTC',
    duration_ms: 'How long it took, in milliseconds',
    provider_calls: 'Requests to the provider, those for tokens and channels included',
    events_read: 'Events that the provider delivered, changed or not',
    created: 'Events that it added',
    changed: 'Events that it changed',
    deleted: 'Events that it marked as deleted',
    skipped: 'Events that could not be read',
    drift: 'Events that the daily listing corrected although no change was reported; 0 is expected',
    outcome: 'How it ended. `retry`: it is tried again soon',
    error_code: 'The error code of the provider; null without an error',
  }),
  answerObject('RequestedSync', requestedSyncOut, 'A sync that is queued.', {
    calendar_id: 'Id of the calendar',
    status: 'It is queued, not done',
  }),
  answerObject('CalendarHealth', calendarHealthOut, 'How fresh a calendar is.', {
    push_status: '`polling`: changes are not pushed, by design. `failing`: they should be, and are not',
    push_status_reason: 'Why the status is not `active`',
    push_provider_code: 'The error code with which the provider refused a push channel',
    channel_expires_at: 'When the push channel expires, UTC; it is renewed before',
    last_notification_at: 'When the provider pushed last, UTC',
    last_change_lag_ms: 'Milliseconds from the last change at the provider to its commit here',
    next_sync_at: 'Time of the next scheduled sync, UTC; a push from the provider starts a sync earlier',
    last_run: 'How the last sync run ended, and when it began',
    sync_error: 'Why a connected calendar is not synchronized; null after a successful sync',
  }),
  answerObject('LastRun', lastRunOut, 'The last sync run of a calendar.', {
    outcome: 'How it ended',
    at: 'When it began, UTC; null when no run was tried yet',
  }),
  answerObject('SyncError', syncErrorOut, 'Why a connected calendar is not synchronized.', {
    code: 'Why. A later version may add codes',
    provider_code: 'The code of the provider',
    message: 'What the provider answered, for a person',
    action: 'What repairs it, for a person',
    since: 'When it began, UTC',
    next_try_at: 'When the calendar is tried again, UTC',
  }),
  choiceList('LastRunOutcome', lastRunOutcomes, 'How the last sync run of a calendar ended.'),
  choiceList('SyncTrigger', loggedTriggers, 'What asked for a sync run.'),
  choiceList('SyncOutcome', runOutcomes, 'How a sync run ended.'),
  choiceList('PushStatus', pushStatuses, 'Whether the provider pushes changes.'),
  choiceList('PushStatusReason', pushReasons, 'Why the provider pushes no changes.'),
];
