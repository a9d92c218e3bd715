import { describe, expect, it } from 'vitest';
import { initialSyncState } from '../../../shared/sync/sync-state.ts';
import { readSyncState, writeSyncState } from '../../../shared/sync/sync-state-row.ts';
import { at, calendar, calendarId, hour, syncedState } from './sync-fixtures.ts';

const run = {
  id: 'run',
  trigger: 'push' as const,
  started_at: at(-hour),
  duration_ms: 12,
  provider_calls: 1,
  events_read: 2,
  created: 3,
  changed: 4,
  deleted: 5,
  skipped: 6,
  drift: 7,
  outcome: 'ok' as const,
  error_code: null,
};

describe('The row of a sync state', () => {
  it('is read as it was written', () => {
    const state = { ...syncedState, runs: [run] };
    expect(readSyncState(writeSyncState(calendar, state))).toEqual(state);
  });

  it('is a timer only while the state has a time at which it is due', () => {
    expect(writeSyncState(calendar, initialSyncState(at(0)))).toMatchObject({
      PK: `CALENDAR#${calendarId}`,
      SK: 'SYNC',
      due_shard: expect.stringMatching(/^google-sync#\d$/),
      due_at: at(0),
    });
    expect(writeSyncState(calendar, initialSyncState())).not.toHaveProperty('due_shard');
  });

  it('has defaults for everything but its version', () => {
    expect(readSyncState({ PK: 'CALENDAR#cal_A', SK: 'SYNC', v: 1, version: 3 })).toEqual({
      ...initialSyncState(),
      version: 3,
    });
  });
});
