import { randomUUID } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import middyfy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';
import { type ApiRequest, type ApiResponse, readApiRequest } from './api-request.ts';
import { type AuthenticateDeps, authenticate } from './authenticate.ts';
import { type Operation, routeKeyOf, routes } from './routes.ts';

export type Operations = Partial<Record<Operation, (request: ApiRequest) => Promise<ApiResponse>>>;

export interface ApiDeps extends AuthenticateDeps {
  logger: Logger;
  /** Counts a POST of the project; throws AppError 429 beyond its limit. */
  throttlePost?(projectId: string): Promise<void>;
}

type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

const statuses: Record<AppError['code'], number> = {
  unauthenticated: 401,
  invalid: 400,
  not_found: 404,
  gone: 410,
  method_not_allowed: 405,
  unsupported_media_type: 415,
  throttled: 429,
};

/**
 * The Lambda handler of a set of operations: route, authenticate, throttle, run, answer.
 *
 * @param fallback answers what is no route, on the function that serves `$default`
 */
export function createApi(
  deps: ApiDeps,
  operations: Operations,
  fallback?: (event: APIGatewayProxyEventV2) => Promise<ApiResponse>,
): ApiHandler {
  const byRouteKey = new Map(routes.map((route) => [routeKeyOf(route), route]));

  const dispatch = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const route = byRouteKey.get(event.routeKey);
    const operation = route && operations[route.operation];
    if (!operation) {
      if (!fallback) throw new Error(`no operation for ${event.routeKey}`);
      return answer(await fallback(event));
    }
    const projectId = route.auth === 'api_key' ? await authenticate(event.headers.authorization, deps) : '';
    if (route.method === 'POST') await deps.throttlePost?.(projectId);
    return answer(await operation(readApiRequest(event, projectId)));
  };

  return middyfy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use({ before: ({ context }) => deps.logger.addContext(context), onError: answerErrors(deps.logger) })
    .handler(dispatch);
}

const answer = (
  { status, body }: ApiResponse,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** Known errors answer in their shape; of an unforeseen one nothing shows but an id to find it in the log. */
const answerErrors =
  (logger: Logger) =>
  (request: { error: Error | null; response?: unknown }): void => {
    const { error } = request;
    if (error instanceof AppError) {
      request.response = answer({ status: statuses[error.code], body: error.body }, error.headers);
      return;
    }
    const errorId = randomUUID();
    logger.error('unforeseen error', { error_id: errorId, error: error as Error });
    request.response = answer({ status: 500, body: { detail: 'Internal error', error_id: errorId } });
  };
