import { describe, expect, it } from 'vitest';
import { type WebhookPayload, webhookTriggers } from '../../../shared/notifications/notification.ts';
import { decideFanOut } from '../../../shared/webhooks/decide-fan-out.ts';
import type { Webhook } from '../../../shared/webhooks/endpoint.ts';
import { createNotification, createTestWebhook } from '../../support/webhook-fixtures.ts';

const decide = (webhook: Partial<Webhook>, payload: Partial<WebhookPayload> = {}) =>
  decideFanOut(createTestWebhook(webhook), createNotification(payload).payload);

describe('a notification at an endpoint', () => {
  it('is delivered when the endpoint is active and subscribes to its trigger', () => {
    expect(decide({})).toBe('deliver');
  });

  it('is ignored when the endpoint does not subscribe to its trigger, active or not', () => {
    const trigger = 'calendar.state_change';
    expect(decide({}, { trigger })).toBe('ignore');
    expect(decide({ is_active: false, inactive_reason: 'gone' }, { trigger })).toBe('ignore');
    expect(decide({ is_active: false }, { trigger })).toBe('ignore');
  });

  it.each(['gone', 'failing', null] as const)('is recorded as missed when the endpoint is inactive: %s', (reason) => {
    expect(decide({ is_active: false, inactive_reason: reason })).toBe('record_as_missed');
  });
});

describe('a wildcard of an endpoint', () => {
  const wanted = (...triggers: Webhook['triggers']) =>
    webhookTriggers.filter((trigger) => decide({ triggers }, { trigger, data: { offset_minutes: 0 } }) === 'deliver');

  it('subscribes to all triggers of its group, or to all', () => {
    const group = (name: string) => webhookTriggers.filter((trigger) => trigger.startsWith(name));
    expect(wanted('calendar.*')).toEqual(group('calendar.'));
    expect(wanted('bot.*')).toEqual(group('bot.'));
    expect(wanted('event.*')).toEqual(group('event.'));
    expect(wanted('bot.*', 'calendar.state_change')).toHaveLength(group('bot.').length + 1);
    expect(wanted('*')).toEqual([...webhookTriggers]);
  });
});

describe('a tick of an event at an endpoint', () => {
  it('is delivered at the offsets of the endpoint only', () => {
    const tick = (offset_minutes: number) =>
      decide(
        { triggers: ['event.starting'], offsets_minutes: [10, 0] },
        { trigger: 'event.starting', data: { offset_minutes } },
      );
    expect([0, 5, 10].map(tick)).toEqual(['deliver', 'ignore', 'deliver']);
  });
});

describe('the filter of an endpoint', () => {
  const fits = (filter: Webhook['filter'], payload: Partial<WebhookPayload> = {}) =>
    decide({ filter }, payload) === 'deliver';

  it('names calendars', () => {
    expect(fits({ calendar_ids: ['cal_0', 'cal_1'] })).toBe(true);
    expect(fits({ calendar_ids: ['cal_0'] })).toBe(false);
    expect(fits({ calendar_ids: ['cal_1'] }, { calendar_id: null })).toBe(false);
  });

  it('names metadata of the calendar or of the bot, all of which must be there', () => {
    expect(fits({ metadata: { tenant: 'Zoë' } })).toBe(true);
    expect(fits({ metadata: { tenant: 'Zoe' } })).toBe(false);
    expect(fits({ metadata: { tenant: 'Zoë', plan: 'b' } })).toBe(false);
    expect(fits({ metadata: { tenant: 'Zoë' } }, { calendar_metadata: null })).toBe(false);
    expect(fits({ metadata: { room: '1' } }, { calendar_metadata: null, bot_metadata: { room: '1', a: 'b' } })).toBe(
      true,
    );
  });

  it('must fit in both parts where it has both', () => {
    const both = { calendar_ids: ['cal_1'], metadata: { tenant: 'Zoë' } };
    expect(fits(both)).toBe(true);
    expect(fits({ ...both, calendar_ids: ['cal_2'] })).toBe(false);
    expect(fits({ ...both, metadata: { tenant: 'x' } })).toBe(false);
  });

  it('applies while the endpoint is inactive, too', () => {
    expect(decide({ is_active: false, filter: { calendar_ids: ['cal_2'] } })).toBe('ignore');
  });
});
