import { describe, expect, it } from 'vitest';
import { parseNotificationMessage } from '../../../shared/notifications/notification-message.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const notification = createNotification();

describe('a message of the notification queue', () => {
  it('is a notification as EventBridge hands it over', () => {
    const envelope = {
      version: '0',
      id: '6f1c2d5e-1111-4222-8333-444455556666',
      'detail-type': 'calendar.events_update',
      source: 'kalends',
      account: '123456789012',
      time: '2026-11-21T09:00:00Z',
      region: 'eu-central-1',
      resources: [],
      detail: notification,
    };
    expect(parseNotificationMessage(JSON.stringify(envelope))).toEqual(notification);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['empty', ''],
    ['of another source', JSON.stringify({ source: 'aws.ec2', detail: notification })],
    [
      'of an unknown trigger',
      JSON.stringify({ source: 'kalends', detail: createNotification({ trigger: 'bot.born' as never }) }),
    ],
  ])('is none when %s', (_reason, text) => {
    expect(parseNotificationMessage(text)).toBeNull();
  });
});
