import type { FunctionRoutes } from '../http/routes.ts';

export const serviceRoutes = {
  function: 'api-service',
  auth: 'none',
  operations: {
    getHealth: 'GET /health',
    getOpenapi: 'GET /openapi.json',
  },
} as const satisfies FunctionRoutes;
