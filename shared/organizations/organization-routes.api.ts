import type { FunctionRoutes } from '../http/routes.ts';

export const organizationRoutes = {
  function: 'api-organizations',
  auth: 'api_key',
  operations: {
    createOrganizationConnection: 'POST /api/v1/organization_connections',
    listOrganizationConnections: 'GET /api/v1/organization_connections',
    getOrganizationConnection: 'GET /api/v1/organization_connections/{id}',
    updateOrganizationConnection: 'PATCH /api/v1/organization_connections/{id}',
    deleteOrganizationConnection: 'DELETE /api/v1/organization_connections/{id}',
    listOrganizationConnectionFailures: 'GET /api/v1/organization_connections/{id}/failures',
  },
  query: {
    listOrganizationConnections: ['deduplication_key', 'cursor', 'limit'],
    listOrganizationConnectionFailures: ['code', 'cursor', 'limit'],
  },
} as const satisfies FunctionRoutes;
