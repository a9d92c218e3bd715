import type { FunctionRoutes } from '../http/routes.ts';

export const connectRoutes = {
  function: 'api-connect',
  auth: 'api_key',
  operations: {
    getConnectSettings: 'GET /api/v1/connect_settings',
    updateConnectSettings: 'PATCH /api/v1/connect_settings',
    createConnectSession: 'POST /api/v1/connect_sessions',
    getConnectSession: 'GET /api/v1/connect_sessions/{id}',
  },
} as const satisfies FunctionRoutes;

/** The pages for users. */
export const connectPageRoutes = {
  function: 'connect-page',
  auth: 'page',
  operations: {
    openConnectLink: 'GET /connect/open/{token}',
    startConsent: 'POST /connect/start',
    finishConsent: 'GET /connect/callback',
    showCalendarChoice: 'GET /connect/choose/{id}',
    chooseCalendars: 'POST /connect/choose/{id}',
  },
} as const satisfies FunctionRoutes;
