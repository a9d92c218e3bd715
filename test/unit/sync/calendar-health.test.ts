import { describe, expect, it } from 'vitest';
import { showCalendarHealth } from '../../../shared/sync/calendar-health.api.ts';
import { initialSyncState, type SyncState } from '../../../shared/sync/sync-state.ts';
import { at, calendar, hour, minute, now, syncedState } from './sync-fixtures.ts';

const run = {
  id: 'run',
  trigger: 'push' as const,
  started_at: at(-hour),
  duration_ms: 12,
  provider_calls: 1,
  events_read: 0,
  created: 0,
  changed: 0,
  deleted: 0,
  skipped: 0,
  drift: 0,
  outcome: 'ok' as const,
  error_code: null,
};
const health = (sync: SyncState) => showCalendarHealth({ calendar, sync }, now);

describe('The health of a calendar', () => {
  it('tells a calendar that was never tried from one that failed and one that is well', () => {
    expect(health(initialSyncState()).last_run).toEqual({ outcome: 'never_tried', at: null });
    const time = '2026-11-20T08:00:00Z';
    expect(health({ ...syncedState, runs: [run] }).last_run).toEqual({ outcome: 'ok', at: time });
    for (const outcome of ['retry', 'failed', 'disconnected'] as const) {
      expect(health({ ...syncedState, runs: [run, { ...run, outcome }] }).last_run).toEqual({
        outcome: 'failed',
        at: time,
      });
    }
  });

  it('says why a calendar is not synced, and what helps', () => {
    const failing = {
      since: at(-minute),
      looks: 1,
      code: 'client_refused' as const,
      provider_code: 'invalid_client',
      message: 'Unauthorized',
      next_try_at: at(minute),
      announced: true,
    };
    expect(health({ ...syncedState, failing }).sync_error).toEqual({
      code: 'client_refused',
      provider_code: 'invalid_client',
      message: 'Unauthorized',
      action: expect.stringMatching(/client_secret/),
      since: '2026-11-20T08:59:00Z',
      next_try_at: '2026-11-20T09:01:00Z',
    });
    expect(health(syncedState).sync_error).toBeNull();
  });

  it('says that the changes of a calendar cannot be read', () => {
    const plain = { since: at(-hour), provider_code: 'ErrorQuotaExceeded', next_try_at: at(hour) };
    const { reading } = syncedState;
    const shown = health({ ...syncedState, reading: { ...reading, delta_unavailable: plain } }).sync_error;
    expect(shown).toMatchObject({ code: 'delta_unavailable', provider_code: 'ErrorQuotaExceeded' });
  });
});
