import type * as z from 'zod';
import type { calendarHealthOut } from './calendar-health.api.ts';
import type { calendarSyncOut } from './sync-log.api.ts';

export const syncRunExample: z.output<typeof calendarSyncOut> = {
  id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  trigger: 'push',
  started_at: '2026-11-21T09:30:02.400000Z',
  duration_ms: 412,
  provider_calls: 2,
  events_read: 3,
  created: 1,
  changed: 2,
  deleted: 0,
  skipped: 0,
  drift: 0,
  outcome: 'ok',
  error_code: null,
};

export const healthExample: z.output<typeof calendarHealthOut> = {
  push_status: 'active',
  push_status_reason: null,
  push_provider_code: null,
  channel_expires_at: '2026-11-28T09:30:00Z',
  last_notification_at: '2026-11-21T09:30:01.100000Z',
  last_change_lag_ms: 1900,
  next_sync_at: '2026-11-22T03:12:45Z',
  last_run: { outcome: 'ok', at: '2026-11-21T09:30:02.400000Z' },
  sync_error: null,
};
