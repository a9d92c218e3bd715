import { describe, expect, it } from 'vitest';
import { eventsUpdate, stateChange } from '../../../shared/sync/calendar-notifications.ts';
import { at, calendar, hour, minute } from './sync-fixtures.ts';

const names = {
  calendar_id: calendar.id,
  calendar_deduplication_key: 'one',
  calendar_metadata: { team: 'sales' },
};

describe('A notification about a calendar', () => {
  it('of changed events has the counts of the run and the time since which a list contains them', () => {
    const summary = { sync_id: 'run', created: 1, changed: 2, deleted: 3, since: at(-minute) };
    const times = { last_attempted_sync_at: at(0), last_successful_sync_at: at(0) };
    expect(eventsUpdate(calendar, times, 'key', summary)).toEqual({
      project_id: calendar.project_id,
      payload: {
        idempotency_key: 'key',
        ...names,
        trigger: 'calendar.events_update',
        data: {
          state: 'connected',
          connection_failure_data: null,
          last_attempted_sync_at: '2026-11-20T09:00:00Z',
          last_successful_sync_at: '2026-11-20T09:00:00Z',
          ...summary,
          since: '2026-11-20T08:59:00Z',
        },
      },
    });
  });

  it('of a lost connection has the failure with its time as the API shows it', () => {
    const failure = {
      error: 'Google Authentication error: revoked',
      timestamp: at(-hour),
      code: 'authorization_revoked' as const,
      provider_code: 'invalid_grant',
      action: 'Connect again.',
    };
    const lost = { ...calendar, state: 'disconnected' as const, connection_failure_data: failure };
    expect(stateChange(lost, {}, 'key')).toEqual({
      project_id: calendar.project_id,
      payload: {
        idempotency_key: 'key',
        ...names,
        trigger: 'calendar.state_change',
        data: {
          state: 'disconnected',
          connection_failure_data: { ...failure, timestamp: '2026-11-20T08:00:00Z' },
          last_attempted_sync_at: null,
          last_successful_sync_at: null,
        },
      },
    });
  });
});
