import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiResponse } from '../http/api-request.ts';
import { type AuthenticateDeps, authenticate } from '../http/authenticate.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { version } from '../platform/version.ts';
import { routes } from './routes.ts';
import type { serviceRoutes } from './service-routes.api.ts';

/** Health and the OpenAPI document (docs/api-compatibility.md#service). */
export function createServiceOperations(): Operations<typeof serviceRoutes> {
  /** The document takes some hundred milliseconds to write. */
  let written: { url: string; json: string } | null = null;
  return {
    getHealth: async () => ({ status: 200, body: { status: 'ok', version } }),
    getOpenapi: async (request) => {
      const url = new URL(request.url).origin;
      if (written?.url !== url) {
        // Loaded when it is read: it needs the schemas of the whole API.
        const { openapiDocument } = await import('./openapi.api.ts');
        written = { url, json: JSON.stringify(openapiDocument({ version, url })) };
      }
      return { status: 200, json: written.json };
    },
  };
}

/** Answers requests to no route: an unknown path is 404; a known path with another method is 405, after the API key. */
export const createFallback =
  (deps: AuthenticateDeps) =>
  async ({ rawPath, headers, requestContext }: APIGatewayProxyEventV2): Promise<ApiResponse> => {
    // Typed by a person. A route cannot end with a slash.
    if (rawPath === '/docs/') return { status: 302, location: '/docs/index.html' };
    const known = routes.filter(({ path }) => matches(path, rawPath));
    if (known.length === 0) throw new AppError('not_found', 'Not found');
    if (known.some(({ auth }) => auth === 'api_key')) await authenticate(headers.authorization, deps);
    throw new AppError('method_not_allowed', `Method "${requestContext.http.method}" not allowed.`, {
      allowedMethods: known.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    });
  };

function matches(path: string, rawPath: string): boolean {
  const [wanted, given] = [path.split('/'), rawPath.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
