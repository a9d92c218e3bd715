import type * as z from 'zod';
import { cursor, type Documents, limitParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { deliveryOut, replayOut } from './delivery.api.ts';
import { deliveryStatuses } from './delivery.ts';
import {
  createdWebhookSchema,
  createWebhookFields,
  replayFields,
  rotateSecretFields,
  updateWebhookFields,
  webhookListSchema,
  webhookSchema,
} from './webhook.api.ts';
import { createdWebhookExample, deliveryExample, webhookExample } from './webhook-examples.api.ts';
import type { webhookRoutes } from './webhook-routes.api.ts';

const rules = { allowLoopback: false, ports: [443] };
export const createWebhookRequest = createWebhookFields(rules);
export const updateWebhookRequest = updateWebhookFields(rules);
export const deliveryListOut = listOut(deliveryOut);

const webhook = { status: 200, schema: webhookSchema } as const;
const delivery = {
  status: 202,
  description: 'The delivery; its first attempt follows',
  schema: deliveryOut,
  example: {
    ...deliveryExample,
    status: 'pending',
    attempts: [],
    next_attempt_at: '2026-11-21T09:30:03.100000Z',
  } satisfies z.output<typeof deliveryOut>,
} as const;

export const webhookDocuments: Documents<typeof webhookRoutes> = {
  createWebhook: {
    summary: 'Create a webhook endpoint',
    description:
      'Notifications with one of the triggers are sent to its URL. Only this answer, and that of a rotation, has the secret that signs them.',
    tag: 'Webhooks',
    request: {
      schema: createWebhookRequest,
      example: { url: 'https://example.com/hook', triggers: ['calendar.events_update', 'calendar.state_change'] },
    },
    answer: {
      status: 201,
      description: 'The endpoint, with its secret',
      schema: createdWebhookSchema,
      example: createdWebhookExample,
    },
  },
  listWebhooks: {
    summary: 'List webhook endpoints',
    description: 'The newest come first. Without `limit` all endpoints of the project are on one page.',
    tag: 'Webhooks',
    query: { cursor, limit: limitParameter('all') },
    answer: {
      status: 200,
      description: 'A page of endpoints',
      schema: webhookListSchema,
      example: { next: null, previous: null, results: [webhookExample] },
    },
    errors: ['InvalidCursor'],
  },
  getWebhook: {
    summary: 'Read a webhook endpoint',
    description: 'Without its secret.',
    tag: 'Webhooks',
    answer: { ...webhook, description: 'The endpoint', example: webhookExample },
    errors: ['NotFound', 'Unreadable'],
  },
  updateWebhook: {
    summary: 'Change a webhook endpoint',
    description: 'Absent fields stay. `is_active: true` activates an endpoint again and clears `inactive_reason`.',
    tag: 'Webhooks',
    request: { schema: updateWebhookRequest, example: { triggers: ['calendar.*'] } },
    answer: {
      ...webhook,
      description: 'The changed endpoint',
      example: { ...webhookExample, triggers: ['calendar.*'] },
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  deleteWebhook: {
    summary: 'Delete a webhook endpoint',
    description: 'Its deliveries go, too.',
    tag: 'Webhooks',
    answer: { status: 200, description: 'Deleted; the body is empty', schema: null },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  rotateWebhookSecret: {
    summary: 'Rotate the secret of an endpoint',
    description: 'The former secret signs beside the new one for 24 hours. Only this answer has the new one.',
    tag: 'Webhooks',
    request: { schema: rotateSecretFields, example: { retire_old: 'now' } },
    answer: {
      status: 200,
      description: 'The endpoint, with its new secret',
      schema: createdWebhookSchema,
      example: createdWebhookExample,
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  testWebhook: {
    summary: 'Send a test',
    description: 'Sends a signed delivery with the trigger `webhook.test`. The endpoint must be active.',
    tag: 'Webhooks',
    answer: delivery,
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  listWebhookDeliveries: {
    summary: 'List deliveries',
    description: 'The deliveries of an endpoint with their attempts, the newest first.',
    tag: 'Webhooks',
    query: {
      status: {
        description: 'Only deliveries with this status',
        schema: { type: 'string', enum: [...deliveryStatuses] },
      },
      cursor,
      limit: limitParameter(25),
    },
    answer: {
      status: 200,
      description: 'A page of deliveries',
      schema: deliveryListOut,
      example: { next: null, previous: null, results: [deliveryExample] },
    },
    errors: ['NotFound', 'InvalidCursor', 'Unreadable'],
  },
  redeliver: {
    summary: 'Redeliver',
    description: 'Sends a delivery again now, with the same idempotency key. The retry schedule starts again.',
    tag: 'Webhooks',
    answer: delivery,
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
  replayDeliveries: {
    summary: 'Replay deliveries',
    description: 'Sends the deliveries since a time again that failed or were missed. It counts as ten requests.',
    tag: 'Webhooks',
    request: { schema: replayFields, example: { since: '2026-11-21T00:00:00Z', only: 'missing' } },
    answer: {
      status: 202,
      description: 'How far the replay is',
      schema: replayOut,
      example: { replayed: 12, is_complete: true } satisfies z.output<typeof replayOut>,
    },
    errors: ['NotFound', 'ConflictOrUnreadable'],
  },
};
