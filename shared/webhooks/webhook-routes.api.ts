import type { FunctionRoutes } from '../http/routes.ts';

export const webhookRoutes = {
  function: 'api-webhooks',
  auth: 'api_key',
  operations: {
    createWebhook: 'POST /api/v1/webhooks',
    listWebhooks: 'GET /api/v1/webhooks',
    getWebhook: 'GET /api/v1/webhooks/{id}',
    updateWebhook: 'PATCH /api/v1/webhooks/{id}',
    deleteWebhook: 'DELETE /api/v1/webhooks/{id}',
    rotateWebhookSecret: 'POST /api/v1/webhooks/{id}/rotate_secret',
    testWebhook: 'POST /api/v1/webhooks/{id}/test',
    listWebhookDeliveries: 'GET /api/v1/webhooks/{id}/deliveries',
    redeliver: 'POST /api/v1/webhooks/{id}/deliveries/{delivery}/redeliver',
    replayDeliveries: 'POST /api/v1/webhooks/{id}/replay',
  },
  query: { listWebhooks: ['cursor', 'limit'], listWebhookDeliveries: ['status', 'cursor', 'limit'] },
} as const satisfies FunctionRoutes;
