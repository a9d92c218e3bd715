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
  updateWebhookFields,
  webhookListSchema,
  webhookSchema,
} from './webhook.api.ts';
import type { webhookRoutes } from './webhook-routes.api.ts';

/** Faults of fields, or an endpoint that takes nothing. */
const refused = z.union([fieldErrorsOut, detailOut, lookupErrorOut]);

export const webhookDocuments: Documents<typeof webhookRoutes> = {
  createWebhook: {
    summary: 'Add a webhook endpoint; its secret is only in this answer',
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
    summary: 'Change a webhook endpoint; activating it forgets why it was stopped',
    tag: 'Webhooks',
    request: updateWebhookFields({ allowLoopback: false, ports: [443] }),
    responses: { 200: webhookSchema, 400: z.union([fieldErrorsOut, detailOut]), 404: lookupErrorOut, 415: detailOut },
  },
  deleteWebhook: {
    summary: 'Remove a webhook endpoint',
    tag: 'Webhooks',
    responses: { 200: null, 404: lookupErrorOut },
  },
  rotateWebhookSecret: {
    summary: 'Replace the secret, which signs beside the new one for 24 hours; the new one is only in this answer',
    tag: 'Webhooks',
    request: noFields,
    responses: {
      200: createdWebhookSchema,
      400: z.union([fieldErrorsOut, detailOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  testWebhook: {
    summary: 'Send a signed test delivery now, with the trigger `webhook.test`',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  listWebhookDeliveries: {
    summary: 'List the deliveries of an endpoint, newest first',
    tag: 'Webhooks',
    query: {
      status: { description: 'Only these', schema: { type: 'string', enum: [...deliveryStatuses] } },
      cursor,
    },
    responses: { 200: listOut(deliveryOut), 400: lookupErrorOut, 404: z.union([lookupErrorOut, detailOut]) },
  },
  redeliver: {
    summary: 'Deliver again, now, under the same idempotency key; the schedule begins anew',
    tag: 'Webhooks',
    request: noFields,
    responses: { 202: deliveryOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
  replayDeliveries: {
    summary: 'Deliver again what an endpoint has not got since a time',
    tag: 'Webhooks',
    request: replayFields,
    responses: { 202: replayOut, 400: refused, 404: lookupErrorOut, 415: detailOut },
  },
};
