import { randomBytes, randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { initialSyncState, type SyncState } from '../../../shared/sync/sync-state.ts';
import { stateDictionary } from '../../../shared/sync/sync-state-dictionary.ts';
import { readSyncState, writeSyncState } from '../../../shared/sync/sync-state-row.ts';
import { itemBytes } from '../../support/item-bytes.ts';
import { at, calendar, calendarId, day, hour, syncedState } from './sync-fixtures.ts';

const run = {
  id: 'run',
  trigger: 'push' as const,
  started_at: at(-hour),
  duration_ms: 1_212,
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
    const content = deflateSync('{}', { dictionary: stateDictionary });
    expect(readSyncState({ PK: 'CALENDAR#cal_A', SK: 'SYNC', v: 1, version: 3, content })).toEqual({
      ...initialSyncState(),
      version: 3,
    });
  });
});

const noise = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
/** A time with all its digits. */
const some = (ms: number) =>
  at(ms).replace(/\d{6}Z$/, `${String(Math.random()).slice(2, 8).padEnd(6, '0')}Z`) as typeof run.started_at;

/** A calendar that has pushed for weeks, in the commit of a change, before the changes are announced. */
function usualState(
  { token, resource, shape }: Record<'token' | 'resource' | 'shape', string>,
  waiting: number,
): SyncState {
  const id = randomUUID();
  const channel = () => `${calendarId}-${randomBytes(8).toString('hex')}`;
  return {
    version: 12_345,
    due_at: some(20 * hour),
    sync_token: { value: token, shape, time_zone: 'America/Argentina/Buenos_Aires' },
    listing: { at: some(-8 * hour), window: '1/28', until: some(29 * day) },
    push: {
      channel: {
        kind: 'live',
        id: channel(),
        resource_id: resource,
        expires_at: some(5 * day),
        renew_at: some(4 * day),
        target: noise(16),
      },
      stopped_channel_id: channel(),
      last_notification_at: some(-1_000),
    },
    reading: { token_failures: 0 },
    looks: { made: 0, changed_at: some(-900) },
    last_attempted_sync_at: some(-400),
    last_successful_sync_at: some(-400),
    last_served_at: some(-800),
    worked_version: some(-30 * day),
    last_change_at: some(-300),
    last_change_lag_ms: 1_713,
    lookahead_due_at: some(9 * hour),
    outbox: [{ changes: { sync_id: id, created: 0, changed: 1, deleted: 0, since: some(-300) } }],
    commits: [some(-300)],
    runs: [
      ...Array.from({ length: waiting }, () => ({
        ...run,
        id: randomUUID(),
        started_at: some(-hour),
        created: 0,
        changed: 0,
        deleted: 0,
        skipped: 0,
        drift: 0,
      })),
      { ...run, id, created: 0, deleted: 0, skipped: 0, drift: 0 },
    ],
  };
}

describe('A commit writes a sync state of at most a kilobyte', () => {
  const link = (calendarUuid: string, token: number): string =>
    `https://graph.microsoft.com/v1.0/me/calendars/${calendarUuid}/calendarView/delta?$deltatoken=${noise(token)}`;
  it.each<[Platform, string, number, { token: string; resource: string; shape: string }]>([
    [
      'google',
      'with a token of 200 characters and three runs that changed nothing',
      3,
      { token: noise(200), resource: noise(27), shape: 'google:events.list:singleEvents:1' },
    ],
    [
      'microsoft',
      'with a token of 600 characters',
      0,
      { token: link('primary', 600), resource: randomUUID(), shape: 'microsoft:calendarView.delta:immutable:1' },
    ],
    [
      'microsoft',
      'of a named calendar with a token of 450 characters',
      1,
      { token: link(noise(152), 450), resource: randomUUID(), shape: 'microsoft:calendarView.delta:immutable:1' },
    ],
  ])('of %s, %s', (platform, what, waiting, given) => {
    const bytes = itemBytes(writeSyncState({ ...calendar, platform }, usualState(given, waiting)));
    process.stdout.write(`the state of a calendar of ${platform} ${what}: ${bytes} bytes\n`);
    expect(bytes).toBeLessThanOrEqual(1_000);
  });
});
