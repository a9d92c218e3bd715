import { describe, expect, it } from 'vitest';
import { decideFanOut } from '../../../shared/webhooks/decide-fan-out.ts';
import { createTestWebhook } from '../../support/webhook-fixtures.ts';

describe('a notification at an endpoint', () => {
  const trigger = 'calendar.events_update';

  it('is delivered when the endpoint is active and subscribes to its trigger', () => {
    expect(decideFanOut(createTestWebhook(), trigger)).toBe('deliver');
  });

  it('is ignored when the endpoint does not subscribe to its trigger', () => {
    expect(decideFanOut(createTestWebhook(), 'calendar.state_change')).toBe('ignore');
    const disabled = createTestWebhook({ is_active: false, inactive_reason: 'gone' });
    expect(decideFanOut(disabled, 'calendar.state_change')).toBe('ignore');
  });

  it.each(['gone', 'failing'] as const)('is recorded as missed when Kalends disabled the endpoint as %s', (reason) => {
    const disabled = createTestWebhook({ is_active: false, inactive_reason: reason });
    expect(decideFanOut(disabled, trigger)).toBe('record_as_missed');
  });

  it('is ignored when the owner of the endpoint deactivated it', () => {
    expect(decideFanOut(createTestWebhook({ is_active: false }), trigger)).toBe('ignore');
  });
});
