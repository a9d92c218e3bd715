import type { SQSEvent } from 'aws-lambda';
import type { Notification, WebhookPayload } from '../../shared/notifications/notification.ts';
import type { Envelope } from '../../shared/platform/envelope.ts';
import type { Sealed } from '../../shared/platform/sealed.ts';
import { timestampOf } from '../../shared/platform/timestamp.ts';
import type { Webhook } from '../../shared/webhooks/endpoint.ts';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const createNotification = (payload: Partial<WebhookPayload> = {}): Notification => ({
  project_id: 'proj_1',
  payload: {
    idempotency_key: '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b',
    calendar_id: 'cal_1',
    calendar_deduplication_key: null,
    calendar_metadata: { tenant: 'Zoë' },
    trigger: 'calendar.events_update',
    data: { state: 'connected', created: 1 },
    ...payload,
  },
});

/** When each notification was published, by its key: the same when it comes again, and no two at the same time. */
export function createPublicationTimes(): (notification: Notification) => string {
  const times = new Map<string, string>();
  return ({ payload: { idempotency_key: key } }) => {
    const at = times.get(key) ?? new Date(Date.now() + times.size).toISOString();
    times.set(key, at);
    return at;
  };
}

export const createTestWebhook = (given: Partial<Webhook> = {}): Webhook => ({
  id: 'webhook_AAAAAAAAAAAAAAAA',
  project_id: 'proj_1',
  url: 'https://example.com/hook',
  triggers: ['calendar.events_update'],
  filter: null,
  offsets_minutes: [0],
  is_active: true,
  inactive_reason: null,
  inactive_since: null,
  secrets: [{ sealed: `v1.sealed ${secret}` }],
  created_at: timestampOf(1_790_000_000_000, 1),
  updated_at: timestampOf(1_790_000_000_000, 1),
  ...given,
});

/** Seals by writing whose the text is in front of it, and opens only for the same owner. */
export const plainEnvelope: Envelope = {
  seal: ({ purpose, project, owner }, text) => Promise.resolve<Sealed>(`v1.${purpose}/${project}/${owner} ${text}`),
  open: ({ purpose, project, owner }, sealed) => {
    const text = [`v1.${purpose}/${project}/${owner} `, 'v1.sealed '].find((start) => sealed.startsWith(start));
    return text ? Promise.resolve(sealed.slice(text.length)) : Promise.reject(new Error('sealed for another'));
  },
};

/** What Lambda gets from the webhook queue for these message bodies. */
export const receive = (bodies: unknown[], attempt = 1): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  })),
});
