import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { buildHttpEvent, decodePath, splitTarget } from './build-http-event.ts';
import { compileRoutes, type Route } from './compile-routes.ts';
import type { LocalClock } from './create-clock.ts';
import { LocalError } from './local-error.ts';
import type { LocalFunction } from './local-function.ts';
import { gatewayAnswer, type HttpAnswer, readFunctionAnswer } from './read-function-answer.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties, type RunType } from './resource-types.ts';
import { integrationTimeoutMs } from './timing.ts';

const apiSchema = z.strictObject({
  Description: ignoredProperty,
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  Name: ignoredProperty,
  ProtocolType: z.literal('HTTP'),
  Tags: ignoredProperty,
});
const stageSchema = z.strictObject({
  AccessLogSettings: ignoredProperty,
  ApiId: z.string(),
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: ignoredProperty,
  Description: ignoredProperty,
  RouteSettings: ignoredProperty,
  StageName: z.literal('$default'),
  Tags: ignoredProperty,
});
const integrationSchema = z.strictObject({
  ApiId: z.string(),
  Description: ignoredProperty,
  IntegrationMethod: ignoredProperty,
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().max(integrationTimeoutMs).default(integrationTimeoutMs),
});
const routeSchema = z.strictObject({
  ApiId: z.string(),
  AuthorizationType: z.literal('NONE').optional(),
  OperationName: ignoredProperty,
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
});

type Integration = { local: LocalFunction; timeoutMs: number };

/** Answers one request. The body has been read and is within the limit. */
export type HttpApi = (request: IncomingMessage, body: Buffer) => Promise<HttpAnswer>;

const readRoutes = (
  resources: readonly ResolvedResource[],
  functions: readonly LocalFunction[],
): Route<Integration>[] => {
  const parseAll = <Schema extends z.ZodType>(type: RunType, schema: Schema) =>
    resources
      .filter((resource) => resource.type === type)
      .map(({ logicalId, properties, identity }) => ({
        logicalId,
        ref: identity.ref,
        ...(parseProperties(logicalId, type, schema, properties) as z.output<Schema> & object),
      }));
  if (parseAll('AWS::ApiGatewayV2::Api', apiSchema).length > 1) throw new LocalError('more than one HTTP API');
  parseAll('AWS::ApiGatewayV2::Stage', stageSchema);
  const integrations = new Map<string, Integration>();
  for (const integration of parseAll('AWS::ApiGatewayV2::Integration', integrationSchema)) {
    // The URI is the ARN of the function, or contains it.
    const local = functions.find(({ arn }) => integration.IntegrationUri.includes(arn));
    if (local === undefined)
      throw new LocalError(`${integration.logicalId}: no function ${integration.IntegrationUri}`);
    integrations.set(`integrations/${integration.ref}`, { local, timeoutMs: integration.TimeoutInMillis });
  }
  return parseAll('AWS::ApiGatewayV2::Route', routeSchema).map(({ logicalId, RouteKey, Target }) => {
    const target = integrations.get(Target);
    if (target === undefined) throw new LocalError(`${logicalId}: no integration ${Target}`);
    return { routeKey: RouteKey, target };
  });
};

const withTimeout = async <Value>(work: Promise<Value>, milliseconds: number): Promise<Value | 'late'> => {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), milliseconds);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
};

/** Lambda accepts events up to 6 MB. This limit is reached before API Gateway's limit of 10 MB. */
const isTooLarge = (error: { errorType: string }): boolean => error.errorType === 'RequestTooLarge';

/**
 * Serves the HTTP API of a template as API Gateway does: 404 without a route, 503 after the integration's time-out, 500
 * when the function fails or when its answer is malformed or larger than 6 MB.
 */
export const createHttpApi = (
  resources: readonly ResolvedResource[],
  functions: readonly LocalFunction[],
  clock: Pick<LocalClock, 'now'>,
): HttpApi => {
  const findRoute = compileRoutes(readRoutes(resources, functions));
  return async (request, body) => {
    const { path: rawPath, query } = splitTarget(request.url ?? '/');
    const path = decodePath(rawPath);
    if (path === undefined) return gatewayAnswer(400, 'Bad Request');
    const match = findRoute(request.method ?? 'GET', path);
    if (match === undefined) return gatewayAnswer(404, 'Not Found');
    const event = buildHttpEvent({ request, body, match, path, query, now: clock.now() });
    const result = await withTimeout(match.target.local.invoke(event), match.target.timeoutMs);
    if (result === 'late') return gatewayAnswer(503, 'Service Unavailable');
    if (result.ok) return readFunctionAnswer(result.payload);
    return isTooLarge(result.error)
      ? gatewayAnswer(413, 'Request Entity Too Large')
      : gatewayAnswer(500, 'Internal Server Error');
  };
};
