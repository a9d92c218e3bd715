import { describe, expect, it } from 'vitest';
import { parseNotificationMessage } from '../../../shared/notifications/notification-message.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const notification = createNotification();
const time = '2026-11-21T09:00:00Z';

describe('a message of the notification queue', () => {
  it('is a notification as EventBridge hands it over', () => {
    const envelope = {
      version: '0',
      id: '6f1c2d5e-1111-4222-8333-444455556666',
      'detail-type': 'calendar.events_update',
      source: 'kalends',
      account: '123456789012',
      time,
      region: 'eu-central-1',
      resources: [],
      detail: notification,
    };
    expect(parseNotificationMessage(JSON.stringify(envelope))).toEqual({
      ...notification,
      at: timestampOf(Date.parse(time)),
    });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['empty', ''],
    ['of another source', JSON.stringify({ source: 'aws.ec2', time, detail: notification })],
    ['without a time', JSON.stringify({ source: 'kalends', detail: notification })],
    [
      'of an unknown trigger',
      JSON.stringify({ source: 'kalends', time, detail: createNotification({ trigger: 'bot.born' as never }) }),
    ],
  ])('is none when %s', (_reason, text) => {
    expect(parseNotificationMessage(text)).toBeNull();
  });
});

describe('the time of a notification', () => {
  const at = (data: Record<string, unknown>, publishedAt = time) =>
    parseNotificationMessage(
      JSON.stringify({ source: 'kalends', time: publishedAt, detail: createNotification({ data }) }),
    )?.at;

  it.each([
    ['its first change', { since: '2026-11-21T08:59:58.123456Z', last_attempted_sync_at: '2026-11-21T08:59:57Z' }],
    ['the event of its bot', { created_at: '2026-11-21T08:59:58.123456Z' }],
    ['its sync', { state: 'disconnected', last_attempted_sync_at: '2026-11-21T08:59:58.123456Z' }],
  ])('is that of %s, also when it is published again', (_what, data) => {
    expect(at(data)).toBe('2026-11-21T08:59:58.123456Z');
    expect(at(data, '2026-11-24T09:00:00Z')).toBe('2026-11-21T08:59:58.123456Z');
  });

  it.each([
    ['states none', { last_attempted_sync_at: null }],
    ['states no time', { created_at: 'soon' }],
    ['states one that is months old', { created_at: '2026-08-21T08:59:58.123456Z' }],
    ['states one that has not come', { created_at: '2026-11-21T11:00:00Z' }],
  ])('is that of its publication when the payload %s', (_what, data) => {
    expect(at(data)).toBe('2026-11-21T09:00:00.000000Z');
  });
});
