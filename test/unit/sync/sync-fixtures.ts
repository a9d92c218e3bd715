import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { initialSyncState, type LiveChannel, type SyncState } from '../../../shared/sync/sync-state.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The present of these tests. */
export const now = Date.UTC(2026, 10, 20, 9);

/** A time relative to the present. */
export const at = (ms: number) => timestampOf(now + ms);

export const calendarId = 'cal_AAAAAAAAAAAAAAAA';
export const days = { pastDays: 1, futureDays: 28 };

export const calendar: Calendar = {
  id: calendarId,
  project_id: 'proj_AAAAAAAAAAAAAAAA',
  account_id: 'acct_AAAAAAAAAAAAAAAA',
  platform: 'google',
  client_id: 'client',
  platform_uuid: null,
  mailbox: null,
  state: 'connected',
  metadata: { team: 'sales' },
  deduplication_key: 'one',
  connection_failure_data: null,
  sync_window: null,
  created_at: at(-30 * day),
  updated_at: at(-30 * day),
};

export const liveChannel: LiveChannel = {
  kind: 'live',
  id: 'channel',
  resource_id: 'resource',
  expires_at: at(5 * day),
  renew_at: at(4 * day),
  target: 'here',
};

/** A calendar in good order: listed an hour ago, and pushed through a live channel. */
export const syncedState: SyncState = {
  ...initialSyncState(at(4 * hour)),
  sync_token: { value: 'token', shape: 'shape', time_zone: 'UTC' },
  listing: { at: at(-hour), window: '1/28', until: at(29.5 * day) },
  push: { channel: liveChannel },
  last_attempted_sync_at: at(-hour),
  last_successful_sync_at: at(-hour),
  last_served_at: at(-hour),
  worked_version: calendar.updated_at,
};
