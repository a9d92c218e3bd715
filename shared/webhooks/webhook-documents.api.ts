import * as z from 'zod';
import { detailOut, fieldErrorsOut, lookupErrorOut } from '../http/error-schemas.ts';
import { cursor, type Documents } from '../http/operation-document.ts';
import { noFields } from '../http/request-fields.ts';
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
import type { webhookRoutes } from './webhook-routes.api.ts';

/** Invalid fields, or an endpoint that is not active. */
const refused = z.union([fieldErrorsOut, detailOut, lookupErrorOut]);

export const webhookDocuments: Documents<typeof webhookRoutes> = {
  createWebhook: {
    summary: 'Create a webhook endpoint; only this answer has its secret',
    tag: 'Webhooks',
    request: createWebhookFields({ allowLoopback: false, ports: [443] }),
    responses: { 201: createdWebhookSchema, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  listWebhooks: { summary: 'List webhook endpoints', tag: 'Webhooks', responses: { 200: webhookListSchema } },
  getWebhook: {
    summary: 'Read a webhook endpoint',
    tag: 'Webhooks',
    responses: { 200: webhookSchema, 404: lookupErrorOut },
  },
  updateWebhook: {
    summary: 'Change a webhook endpoint; activation clears `inactive_reason`',
    tag: 'Webhooks',
    request: updateWebhookFields({ allowLoopback: false, ports: [443] }),
    responses: { 200: webhookSchema, 400: z.union([fieldErrorsOut, detailOut]), 404: lookupErrorOut, 415: detailOut },
  },
  deleteWebhook: {
    summary: 'Delete a webhook endpoint',
    tag: 'Webhooks',
    responses: { 200: null, 404: lookupErrorOut },
  },
  rotateWebhookSecret: {
    summary: 'Rotate the secret; both secrets sign for 24 hours, and only this answer has the new one',
    tag: 'Webhooks',
    request: rotateSecretFields,
    responses: {
      200: createdWebhookSchema,
      400: z.union([fieldErrorsOut, detailOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  testWebhook: {
    summary: 'Send a signed test delivery with the trigger `webhook.test`',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  listWebhookDeliveries: {
    summary: 'List the deliveries of an endpoint, newest first',
    tag: 'Webhooks',
    query: {
      status: {
        description: 'Only deliveries with this status',
        schema: { type: 'string', enum: [...deliveryStatuses] },
      },
      cursor,
    },
    responses: { 200: listOut(deliveryOut), 400: lookupErrorOut, 404: z.union([lookupErrorOut, detailOut]) },
  },
  redeliver: {
    summary: 'Redeliver now, with the same idempotency key; the retry schedule restarts',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  replayDeliveries: {
    summary: 'Redeliver the deliveries since a time that failed or were missed',
    tag: 'Webhooks',
    request: replayFields,
    responses: { 202: replayOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
};
