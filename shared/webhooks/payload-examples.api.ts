import type * as z from 'zod';
import type { payloadSchemas } from '../notifications/notification-schema.ts';

type Payloads = { [Trigger in keyof typeof payloadSchemas]: z.output<(typeof payloadSchemas)[Trigger]> };

const calendar = {
  idempotency_key: 'b2f6f3a4-5c1d-4b7e-9a80-6f1d2e3c4b5a',
  calendar_id: 'cal_8Jk2nVx0QwErTy12',
  calendar_deduplication_key: 'user-1',
  calendar_metadata: { tenant: 'acme' },
} as const;

const connected = {
  state: 'connected',
  connection_failure_data: null,
  last_successful_sync_at: '2026-11-21T09:30:02.400000Z',
  last_attempted_sync_at: '2026-11-21T09:30:02.400000Z',
} as const;

const bot = {
  ...calendar,
  bot_id: 'bot_Qw3rTy7UiOp4AsDf',
  bot_metadata: { tenant: 'acme' },
} as const;

const tick = {
  event_id: 'evt_4Hs8Kd0PqLmZx2Vb',
  starts_at: '2026-11-23T10:00:00Z',
  ends_at: '2026-11-23T10:30:00Z',
  meeting_url: 'https://zoom.us/j/5551112222',
} as const;

/** One example of every webhook. */
export const payloadExamples: Payloads = {
  'calendar.events_update': {
    ...calendar,
    trigger: 'calendar.events_update',
    data: {
      ...connected,
      sync_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      created: 1,
      changed: 2,
      deleted: 0,
      since: '2026-11-21T09:30:03.000001Z',
    },
  },
  'calendar.state_change': {
    ...calendar,
    trigger: 'calendar.state_change',
    data: {
      ...connected,
      state: 'disconnected',
      connection_failure_data: {
        error: 'Google Authentication error: Token has been expired or revoked.',
        timestamp: '2026-11-22T08:00:00.120000Z',
        code: 'authorization_revoked',
        provider_code: 'invalid_grant',
        action: 'The user must grant access again; PATCH the calendar with the new refresh_token.',
      },
    },
  },
  'calendar.sync_failing': {
    ...calendar,
    trigger: 'calendar.sync_failing',
    data: {
      ...connected,
      sync_error: {
        code: 'quota',
        provider_code: 'rateLimitExceeded',
        message: 'Rate Limit Exceeded',
        action: 'Nothing to do for a short time; ask the provider for a higher quota if it lasts.',
        since: '2026-11-22T08:00:00.120000Z',
        next_try_at: '2026-11-22T08:20:00Z',
      },
    },
  },
  'calendar.sync_recovered': {
    ...calendar,
    trigger: 'calendar.sync_recovered',
    data: { ...connected, sync_error: null },
  },
  'calendar.first_sync': { ...calendar, trigger: 'calendar.first_sync', data: connected },
  'calendar.connected': {
    ...calendar,
    trigger: 'calendar.connected',
    data: { ...connected, connect_session_id: 'cses_Kd7Fq2Zx9Bn4Ws1M', is_reconnect: false },
  },
  'bot.state_change': {
    ...bot,
    trigger: 'bot.state_change',
    data: {
      event_type: 'staged',
      event_sub_type: null,
      event_metadata: {},
      old_state: 'scheduled',
      new_state: 'staged',
      created_at: '2026-11-23T09:58:00.100000Z',
      runner: { name: 'webhook', bot_id: null },
    },
  },
  'event.starting': {
    ...calendar,
    trigger: 'event.starting',
    data: { ...tick, offset_minutes: 5, created_at: '2026-11-23T09:55:00Z' },
  },
  'event.ended': {
    ...calendar,
    trigger: 'event.ended',
    data: { ...tick, offset_minutes: 0, created_at: '2026-11-23T10:30:00Z' },
  },
  'bot.due': {
    ...bot,
    trigger: 'bot.due',
    data: {
      action: 'start',
      hand_off_id: '1d7e0a3c-6b2f-4c58-8e91-0a5b6c7d8e9f',
      revision: 1,
      bot_name: 'Notetaker',
      meeting_url: 'https://zoom.us/j/5551112222',
      meeting_platform: 'zoom',
      join_at: '2026-11-23T10:00:00Z',
      calendar_event_id: 'evt_4Hs8Kd0PqLmZx2Vb',
      settings: {},
    },
  },
};

export const eventsUpdateExample = payloadExamples['calendar.events_update'];
