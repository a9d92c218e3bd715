import { deliveryIdOf } from '../../../shared/platform/ids.ts';
import type { Timestamp } from '../../../shared/platform/timestamp.ts';
import type { RowKey } from '../../../shared/store/row.ts';
import { deliveryKey } from '../../../shared/webhooks/delivery-row.ts';
import { at, expires_at, ids, type RowExamples, sealed, uuid } from './example-values.ts';

const keyOf = ({ PK, SK }: RowKey): [string, string] => [PK, SK];
const delivery = deliveryIdOf(ids.webhook, uuid, at(1) as Timestamp);

export const otherRows: RowExamples = {
  project: {
    key: [`PROJECT#${ids.project}`, 'PROJECT'],
    value: { id: ids.project, name: 'Zoë', created_at: at(1) },
  },
  'API key': {
    key: [`API_KEY#${'0'.repeat(64)}`, 'API_KEY'],
    value: {
      id: ids.key,
      project_id: ids.project,
      name: 'default',
      created_at: at(1),
      disabled: true,
      hash: '0'.repeat(64),
    },
  },
  'project limits': {
    key: [`PROJECT#${ids.project}`, 'LIMITS'],
    value: { posts_per_minute: 600, calendars: 10 },
  },
  'rate window': {
    key: [`PROJECT#${ids.project}`, 'RATE#POSTS_PER_MINUTE'],
    value: { started_at: 1_795_000_000_000, used: 30 },
  },
  'calendar count': {
    key: [`PROJECT#${ids.project}`, 'CALENDAR_COUNT'],
    value: { count: 3, counted_at: 1_795_000_000_000 },
  },
  'idempotency key': {
    key: [`IDEMPOTENCY#${ids.project}#${'0'.repeat(64)}`, 'IDEMPOTENCY'],
    value: {
      request_hash: '1'.repeat(64),
      claim_id: uuid,
      claimed_at: 1_795_000_000_000,
      answer: sealed,
      expires_at,
    },
  },
  'OAuth app': {
    key: [`PROJECT#${ids.project}`, 'OAUTH_APP#oapp_AbCdEfGhIjKlMn08'],
    value: {
      id: 'oapp_AbCdEfGhIjKlMn08',
      project_id: ids.project,
      platform: 'microsoft',
      client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
      tenant: 'contoso.com',
      client_secrets: [sealed, sealed],
      secret_marks: ['newest', 'former'],
      secret_expires_at: at(4),
      refused_since: at(3),
      created_at: at(1),
      updated_at: at(2),
    },
  },
  'connect settings': {
    key: [`PROJECT#${ids.project}`, 'CONNECT_SETTINGS'],
    value: {
      redirect_urls: ['https://app.example.com/connected'],
      name: 'Zoë',
      logo_url: 'https://app.example.com/logo.svg',
      privacy_url: 'https://app.example.com/privacy',
    },
  },
  'connect session': {
    key: ['CONNECT_SESSION#cses_AbCdEfGhIjKlMn09', 'CONNECT_SESSION'],
    value: {
      id: 'cses_AbCdEfGhIjKlMn09',
      project_id: ids.project,
      oauth_app_id: 'oapp_AbCdEfGhIjKlMn08',
      redirect_url: 'https://app.example.com/connected',
      calendar_id: ids.calendar,
      deduplication_key: 'user-1',
      metadata: { tenant: 'acme' },
      selection: 'choose',
      link_hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      status: 'failed',
      error: 'wrong_account',
      calendar_ids: [ids.calendar],
      browser_hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      attempt: { state_hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', sealed },
      grant: sealed,
      created_at: at(1),
      ends_at: at(2),
      expires_at,
    },
  },
  'content policy': {
    key: [`PROJECT#${ids.project}`, 'CONTENT_POLICY'],
    value: { mode: 'fields', fields: ['name', 'meeting_url'], drop_event_types: ['birthday'] },
  },
  'tick timer': {
    key: [`TICKS#${ids.project}`, 'TIMER'],
    value: { project_id: ids.project, scanned_until: at(1) },
  },
  tick: {
    key: ['TICK#evt_AAAAAAAAAAAAAAAA', `event.starting#10#${at(1)}`],
    value: { claimed_by: uuid, expires_at },
  },
  webhook: {
    key: [`PROJECT#${ids.project}`, `WEBHOOK#${ids.webhook}`],
    value: {
      id: ids.webhook,
      project_id: ids.project,
      url: 'https://example.com/hook',
      triggers: ['calendar.events_update', 'bot.due'],
      is_active: false,
      inactive_reason: 'failing',
      inactive_since: at(3),
      secrets: [{ sealed }, { sealed, retires_at: at(4) }],
      created_at: at(1),
      updated_at: at(2),
    },
  },
  delivery: {
    key: keyOf(deliveryKey(ids.webhook, delivery)),
    value: {
      project_id: ids.project,
      status: 'exhausted',
      round: 2,
      reason: 'endpoint_inactive',
      next_attempt_at: at(5),
      expires_at,
      is_counted: true,
      version: 3,
      content: {
        body: '{"trigger":"calendar.events_update"}',
        idempotency_key: uuid,
        trigger: 'calendar.events_update',
        calendar_id: ids.calendar,
        bot_id: null,
        attempts: [
          { at: at(2), status_code: 500, duration_ms: 12, response: 'broken', error: null },
          { at: at(3), status_code: null, duration_ms: 15_000, response: null, error: 'TIMEOUT' },
        ],
      },
    },
  },
  'delivery day': { key: [`DELIVERIES#${ids.webhook}`, 'DAY#2026-11-21'], value: { expires_at } },
  'worker share': {
    key: ['SHARE#webhook#proj_AAAAAAAAAAAAAAAA', 'SHARE'],
    value: { lease_0: 1_795_000_000_100, lease_24: 1_795_000_000_200, expires_at },
  },
  'endpoint traffic': {
    key: [`TRAFFIC#${ids.webhook}`, 'TRAFFIC'],
    value: {
      delivery_day: '2026-11-21',
      healthy_until: 1_795_000_000_000,
      is_degraded: true,
      rate_second: 1_795_000_000,
      rate_count: 4,
      lease_0: 1_795_000_000_100,
      lease_19: 1_795_000_000_200,
      open_until: 1_795_000_001_000,
      failing_since: 1_794_000_000_000,
      last_failure_at: 1_794_900_000_000,
      failures: 6,
      waiting: 3,
      deleted_at: 1_795_000_002_000,
      expires_at,
    },
  },
};
