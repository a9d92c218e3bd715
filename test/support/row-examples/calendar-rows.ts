import { at, expires_at, ids, type RowExamples, sealed, uuid } from './example-values.ts';

const run = {
  id: uuid,
  trigger: 'push',
  started_at: '2026-11-27T09:00:00.123000Z',
  duration_ms: 840,
  provider_calls: 3,
  events_read: 12,
  created: 1,
  changed: 2,
  deleted: 3,
  skipped: 4,
  drift: 5,
  outcome: 'retry',
  error_code: 'rateLimitExceeded',
};

const notification = {
  project_id: ids.project,
  payload: {
    idempotency_key: uuid,
    calendar_id: ids.calendar,
    calendar_deduplication_key: 'user-1',
    calendar_metadata: { tenant: 'Zoë' },
    bot_id: ids.bot,
    bot_metadata: null,
    trigger: 'bot.state_change',
    data: { event_type: 'staged', nested: [1] },
  },
};

export const calendarRows: RowExamples = {
  calendar: {
    key: [`CALENDAR#${ids.calendar}`, 'CALENDAR'],
    value: {
      id: ids.calendar,
      project_id: ids.project,
      platform: 'microsoft',
      client_id: 'client',
      platform_uuid: 'AAMk',
      state: 'disconnected',
      metadata: { tenant: 'Zoë', lone: '\uD800' },
      deduplication_key: 'user-1',
      connection_failure_data: {
        error: 'Microsoft Authentication error: AADSTS50173',
        timestamp: at(3),
        code: 'authorization_revoked',
        provider_code: 'invalid_grant',
        action: 'Ask the user to connect the calendar again.',
      },
      sync_window: { past_days: 2, future_days: 60 },
      created_at: at(1),
      updated_at: at(3),
      client_secret: sealed,
      refresh_token: sealed,
      deleted_at: at(4),
    },
  },
  deduplication: {
    key: [`DEDUPLICATION#${ids.project}#CALENDAR#${'0'.repeat(64)}`, 'DEDUPLICATION'],
    value: { calendar_id: ids.calendar },
  },
  'sync state': {
    key: [`CALENDAR#${ids.calendar}`, 'SYNC'],
    value: {
      version: 7,
      sync_token: { value: 'CPDAlvWDx70CEPDAlvWDx70C', shape: 'google:1', time_zone: 'Europe/Vienna' },
      listing: { at: at(1), window: '1/28', until: at(2) },
      access_token: { sealed, source: 'c291cmNl', expires_at: at(3) },
      push: {
        channel: {
          kind: 'live',
          id: `${ids.calendar}-0123456789abcdef`,
          resource_id: 'resource',
          expires_at: at(4),
          target: 'dGFyZ2V0',
          renew_at: at(5),
          successor_id: `${ids.calendar}-fedcba9876543210`,
        },
        refusal: { code: 'pushNotSupported', count: 2, retry_at: at(6), unsupported_address: 'https://example.com' },
        silent_since: at(7),
        stopped_channel_id: `${ids.calendar}-aaaaaaaaaaaaaaaa`,
        last_notification_at: at(8),
      },
      authorization_refusals: 1,
      last_attempted_sync_at: at(9),
      last_successful_sync_at: at(10),
      last_served_at: at(11),
      worked_version: at(16),
      last_change_at: at(12),
      last_change_lag_ms: 1234,
      lookahead_due_at: at(13),
      not_before: at(14),
      due_at: at(15),
      runs: [run],
    },
  },
  run: { key: [`RUNS#${ids.calendar}`, `${run.started_at}#${uuid}`], value: { run: [run], expires_at } },
  'staged items': {
    key: [`PAGES#${ids.calendar}`, `READING#${uuid}#000001`],
    value: { items: [{ id: '_event', summary: 'Zoë' }], expires_at },
  },
  'outbox notification': {
    key: [`CALENDAR#${ids.calendar}`, `OUTBOX#${uuid}`],
    value: { id: uuid, notification },
  },
  'outbox message': {
    key: [`CALENDAR#${ids.calendar}`, `OUTBOX#${uuid}`],
    value: { id: uuid, message: { kind: 'calendar', calendar_id: ids.calendar } },
  },
};
