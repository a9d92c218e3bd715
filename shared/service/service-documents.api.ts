import * as z from 'zod';
import type { Documents } from '../http/operation-document.ts';
import type { serviceRoutes } from './service-routes.api.ts';

export const serviceDocuments: Documents<typeof serviceRoutes> = {
  getHealth: {
    summary: 'Check that the service is up',
    tag: 'Service',
    responses: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
  },
  getOpenapi: { summary: 'Read this document', tag: 'Service', responses: { 200: z.record(z.string(), z.unknown()) } },
};
