import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { deliveryRow } from '../../../shared/webhooks/delivery-row.ts';
import { webhookRow } from '../../../shared/webhooks/endpoint-row.ts';
import { leaseNumbers, storedTraffic } from '../../../shared/webhooks/endpoint-traffic.ts';
import { trafficRow } from '../../../shared/webhooks/endpoint-traffic-row.ts';

const at = timestampOf(1_790_000_000_000, 1);

/** A row of every version as it was stored. Never change one: a new version is a new fixture. */
const webhook1 = {
  id: 'webhook_AAAAAAAAAAAAAAAA',
  project_id: 'proj_AAAAAAAAAAAAAAAA',
  url: 'https://example.com/hook',
  triggers: ['calendar.events_update', 'bot.due'],
  is_active: false,
  inactive_reason: 'gone',
  inactive_since: '2026-09-21T14:13:20.000001Z',
  secrets: [{ sealed: 'v1.a' }, { sealed: 'v1.b', retires_at: '2026-09-21T14:13:20.000001Z' }],
  created_at: '2026-09-21T14:13:20.000001Z',
  updated_at: '2026-09-21T14:13:20.000001Z',
};
const delivery1 = {
  id: 'delivery_AAAAAAAAAAAAAAAA',
  webhook_id: 'webhook_AAAAAAAAAAAAAAAA',
  project_id: 'proj_AAAAAAAAAAAAAAAA',
  idempotency_key: '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b',
  trigger: 'calendar.events_update',
  calendar_id: 'cal_AAAAAAAAAAAAAAAA',
  bot_id: null,
  body: '{}',
  status: 'failed',
  attempts: [
    {
      at: '2026-09-21T14:13:20.000001Z',
      status_code: 500,
      duration_ms: 20,
      response: 'no',
      error: null,
    },
  ],
  round: 1,
  reason: null,
  next_attempt_at: '2026-09-21T14:13:20.000001Z',
  created_at: '2026-09-21T14:13:20.000001Z',
  expires_at: 1_792_592_000,
  version: 2,
};
const traffic1 = {
  is_degraded: true,
  rate_second: 1_790_000_000,
  rate_count: 7,
  lease_0: 1_790_000_020_000,
  lease_19: 1_790_000_000_080,
  open_until: 1_790_000_005_000,
  failing_since: 1_790_000_000_000,
  last_failure_at: 1_790_000_000_000,
  failures: 1,
  expires_at: 1_792_592_000,
};

describe('rows of webhooks', () => {
  it.each([
    ['an endpoint', webhookRow, webhook1],
    ['a delivery', deliveryRow, delivery1],
    ['the traffic of an endpoint', trafficRow, traffic1],
  ] as const)('of version 1 read %s, whatever else the row holds', (_text, { read, write }, row) => {
    const value = read({ PK: 'partition', SK: 'sort', v: 1, due_at: at, ...row });
    expect(value).toEqual(row);
    expect((write as (one: unknown) => object)(value)).toEqual({ ...row, v: 1 });
  });

  it('of an endpoint that were stored before `inactive_since` existed are read without it', () => {
    const { inactive_since: _since, ...row } = webhook1;
    expect(webhookRow.read(row)).toMatchObject({ inactive_since: null });
  });

  it('of traffic begin empty, and have a place for every lease', () => {
    expect(trafficRow.read({})).toEqual({});
    expect(leaseNumbers.every((lease) => `lease_${lease}` in storedTraffic.shape)).toBe(true);
  });
});
