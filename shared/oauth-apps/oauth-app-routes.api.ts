import type { FunctionRoutes } from '../http/routes.ts';

export const oauthAppRoutes = {
  function: 'api-connect',
  auth: 'api_key',
  operations: {
    createOauthApp: 'POST /api/v1/oauth_apps',
    listOauthApps: 'GET /api/v1/oauth_apps',
    getOauthApp: 'GET /api/v1/oauth_apps/{id}',
    updateOauthApp: 'PATCH /api/v1/oauth_apps/{id}',
    deleteOauthApp: 'DELETE /api/v1/oauth_apps/{id}',
  },
  query: { listOauthApps: ['cursor', 'limit'] },
} as const satisfies FunctionRoutes;
