import { randomUUID } from 'node:crypto';
import middyfy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '../platform/app-error.ts';
import { isPassingFailure } from '../platform/aws/is-passing-failure.ts';
import type { Logger } from '../platform/create-logger.ts';
import { logUnreadable } from '../store/log-unreadable.ts';
import { isPassingConflict } from '../store/retry-conflict.ts';
import { UnreadableRow } from '../store/row.ts';
import { type Answer, answerError, answerKnownErrors, createAnswer } from './answer.ts';
import { type AnswerOnceDeps, answerOnce } from './answer-once.ts';
import { type ApiResponse, noProject, readApiRequest } from './api-request.ts';
import { type AuthenticateDeps, authenticate } from './authenticate.ts';
import { compressAnswer, type SentAnswer } from './compress-answer.ts';
import { findIgnoredParameters } from './ignored-parameters.ts';
import type { FunctionRoutes, OperationOf, Operations } from './routes.ts';

export interface ApiDeps extends AuthenticateDeps {
  logger: Logger;
  /** Counts a request of the project. @throws AppError `throttled` beyond its limit */
  throttle?(projectId: string, request: { operation: string; method: string }): Promise<void>;
  /** Runs POSTs once per `Idempotency-Key`. Without it the header is ignored. */
  idempotency?: AnswerOnceDeps;
}

type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<SentAnswer>;

/**
 * The Lambda handler of a function's routes: finds the operation, authenticates, throttles, runs the operation once per
 * idempotency key and answers, compressed where the client accepts it.
 *
 * @param fallback answers requests to no route, on the function that serves `$default`
 */
export function createApi<Routes extends FunctionRoutes>(
  deps: ApiDeps,
  routes: Routes,
  operations: Operations<Routes>,
  fallback?: (event: APIGatewayProxyEventV2) => Promise<ApiResponse>,
): ApiHandler {
  const byRouteKey = new Map<string, OperationOf<Routes>>(
    Object.entries(routes.operations).map(([operation, key]) => [key, operation as OperationOf<Routes>]),
  );
  const keyed = routes.auth === 'api_key';

  const dispatch = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    // A HEAD is a GET whose body is not sent.
    const name = byRouteKey.get(event.routeKey.replace(/^HEAD /, 'GET '));
    if (name === undefined) {
      if (!fallback) throw new Error(`no operation for ${event.routeKey}`);
      return createAnswer(await fallback(event));
    }
    const projectId = keyed ? await authenticate(event.headers.authorization, deps) : noProject;
    const run = async (): Promise<Answer> => createAnswer(await operations[name](readApiRequest(event, projectId)));
    const [method = ''] = event.routeKey.split(' ');
    // Repeated requests count too, because each of them costs reads and writes.
    if (keyed) await deps.throttle?.(projectId, { operation: name, method });
    const ignored = routes.auth === 'push' ? {} : findIgnoredParameters(event, routes.query?.[name] ?? []);
    const once = method === 'POST' && keyed ? deps.idempotency : undefined;
    // A refusal names them, too: a misspelt parameter may be its cause.
    const answer = await answerKnownErrors(() => (once ? answerOnce(once, projectId, event, run) : run()));
    return { ...answer, headers: { ...answer.headers, ...ignored } };
  };

  const handle = middyfy<APIGatewayProxyEventV2, SentAnswer>()
    .use({ before: ({ context }) => deps.logger.addContext(context), onError: answerErrors(deps.logger) })
    .handler(async (event) => {
      const acceptEncoding = isHead(event) ? undefined : event.headers['accept-encoding'];
      return compressAnswer(await dispatch(event), acceptEncoding);
    });
  return async (event, context) => {
    const answer = await handle(event, context);
    // An answer may hold a secret, and events of users: no cache on the way may keep it.
    const headers = { ...answer.headers, 'cache-control': 'no-store' };
    return { ...answer, headers, ...(isHead(event) && { body: '' }) };
  };
}

const isHead = ({ routeKey }: APIGatewayProxyEventV2): boolean => routeKey.startsWith('HEAD ');

const unreadableObject = new AppError(
  'unreadable',
  'This object is stored, but what is stored cannot be read. The operator has been alarmed.',
);

/** Seconds after which a request that AWS let fail may be sent again. */
const outageSeconds = 5;

/** An unexpected error shows nothing but an id, under which the log has the cause. One of AWS that passes says so. */
const answerErrors =
  (logger: Logger) =>
  (request: { error: Error | null; response?: unknown }): void => {
    const { error } = request;
    if (error instanceof AppError) {
      request.response = answerError(error);
      return;
    }
    if (error instanceof UnreadableRow) {
      logUnreadable(logger, error);
      request.response = answerError(unreadableObject);
      return;
    }
    const errorId = randomUUID();
    logger.error('unexpected error', { error_id: errorId, error: error as Error });
    request.response =
      isPassingFailure(error) || isPassingConflict(error)
        ? createAnswer(
            { status: 503, body: { detail: 'The service is busy. Please try again.', error_id: errorId } },
            { 'retry-after': String(outageSeconds) },
          )
        : createAnswer({ status: 500, body: { detail: 'Internal error', error_id: errorId } });
  };
