import type { FunctionRoutes } from '../http/routes.ts';

export const docsRoutes = {
  function: 'serve-docs',
  auth: 'page',
  operations: {
    getDocs: 'GET /docs',
    getDocsPage: 'GET /docs/{page+}',
  },
} as const satisfies FunctionRoutes;
