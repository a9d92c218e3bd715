import type * as z from 'zod';
import type { deliveryOut } from './delivery.api.ts';
import { eventsUpdateExample } from './payload-examples.api.ts';
import type { createdWebhookSchema, webhookSchema } from './webhook.api.ts';

export const webhookExample: z.output<typeof webhookSchema> = {
  id: 'webhook_Ty6Gh2Jk9Lp0Zx3C',
  url: 'https://example.com/hook',
  triggers: ['calendar.events_update', 'calendar.state_change'],
  is_active: true,
  inactive_reason: null,
  inactive_since: null,
  filter: null,
  offsets_minutes: [0],
  created_at: '2026-11-21T09:29:00.000001Z',
  updated_at: '2026-11-21T09:29:00.000001Z',
};

export const createdWebhookExample: z.output<typeof createdWebhookSchema> = {
  ...webhookExample,
  secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  signing_key: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
};

export const deliveryExample: z.output<typeof deliveryOut> = {
  id: 'delivery_Ab1Cd2Ef3Gh4Ij5K',
  idempotency_key: eventsUpdateExample.idempotency_key,
  trigger: eventsUpdateExample.trigger,
  calendar_id: eventsUpdateExample.calendar_id,
  bot_id: null,
  payload: eventsUpdateExample,
  status: 'delivered',
  attempts: [{ at: '2026-11-21T09:30:03.300000Z', status_code: 200, duration_ms: 41, response: 'ok', error: null }],
  reason: null,
  next_attempt_at: null,
  created_at: '2026-11-21T09:30:03.100000Z',
};
