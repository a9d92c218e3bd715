import type * as z from 'zod';
import type { calendarOut } from './calendar.api.ts';

export const calendarExample: z.output<typeof calendarOut> = {
  id: 'cal_8Jk2nVx0QwErTy12',
  platform: 'google',
  client_id: '407408718192.apps.googleusercontent.com',
  platform_uuid: null,
  state: 'connected',
  metadata: { tenant: 'acme' },
  deduplication_key: 'user-1',
  connection_failure_data: null,
  sync_window: null,
  account_id: 'acct_pGz6vKq0R1sT2uV3',
  name: 'Ana',
  time_zone: 'Europe/Berlin',
  account_email: 'ana@example.com',
  created_at: '2026-11-21T09:30:00.123456Z',
  updated_at: '2026-11-21T09:30:00.123456Z',
  last_successful_sync_at: '2026-11-21T09:30:02.400000Z',
  last_attempted_sync_at: '2026-11-21T09:30:02.400000Z',
  sync_error: null,
};
