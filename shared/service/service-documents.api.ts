import * as z from 'zod';
import { rawOut } from '../events/calendar-event.api.ts';
import { answerObject, type Component } from '../http/component.ts';
import type { Documents } from '../http/operation-document.ts';
import { anyObject } from '../notifications/notification-schema.ts';
import { version } from '../platform/version.ts';
import { deliveryPayloadOut } from '../webhooks/delivery.api.ts';
import type { serviceRoutes } from './service-routes.api.ts';

const healthOut = z.object({ status: z.literal('ok'), version: z.string() });
const openapiOut = z.record(z.string(), z.unknown());

export const serviceDocuments: Documents<typeof serviceRoutes> = {
  getHealth: {
    summary: 'Check that the service is up',
    description: 'Needs no API key.',
    tag: 'Service',
    answer: { status: 200, description: 'The service is up', schema: healthOut, example: { status: 'ok', version } },
  },
  getOpenapi: {
    summary: 'Read this document',
    description: 'Needs no API key. The schemas are those that check the requests.',
    tag: 'Service',
    answer: {
      status: 200,
      description: 'The OpenAPI document',
      schema: openapiOut,
      example: { openapi: '3.1.0', info: { title: 'Kalends', version }, paths: {} },
    },
  },
};

export const serviceComponents: readonly Component[] = [
  answerObject('ServiceHealth', healthOut, 'The service is up.', {
    status: 'Always `ok`',
    version: 'Version of Kalends',
  }),
  {
    name: 'JsonObject',
    schema: openapiOut,
    aliases: [rawOut, deliveryPayloadOut, anyObject],
    description: 'Any object.',
  },
];
