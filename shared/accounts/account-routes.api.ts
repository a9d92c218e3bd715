import type { FunctionRoutes } from '../http/routes.ts';

export const accountRoutes = {
  function: 'api-accounts',
  auth: 'api_key',
  operations: {
    listAccounts: 'GET /api/v1/accounts',
    getAccount: 'GET /api/v1/accounts/{id}',
    updateAccount: 'PATCH /api/v1/accounts/{id}',
    deleteAccount: 'DELETE /api/v1/accounts/{id}',
    listAccountCalendars: 'GET /api/v1/accounts/{id}/calendars',
    selectAccountCalendars: 'PUT /api/v1/accounts/{id}/selection',
  },
  query: { listAccounts: ['cursor', 'limit'] },
} as const satisfies FunctionRoutes;
