import * as z from 'zod';
import { detailOut, internalErrorOut } from './error-schemas.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern, replayedHeader } from './idempotency-key.ts';
import type { OperationDocument } from './operation-document.ts';

/** A route as far as its description needs it. */
export interface DescribedRoute {
  method: string;
  path: string;
  operation: string;
  auth: 'api_key' | 'none';
}

const jsonSchema = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...document } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return document;
};

const answer = (description: string, schema: z.ZodType | null): object => ({
  description,
  ...(schema && { content: { 'application/json': { schema: jsonSchema(schema) } } }),
});

const statusTexts: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'Accepted, or quietly ignored',
  400: 'Not valid',
  404: 'Absent, or another project’s; or an invalid cursor',
  409: `A request with this \`${idempotencyKeyHeader}\` is still running; see \`Retry-After\``,
  410: 'Changes after this cursor are not kept any more',
  415: 'Not JSON',
  422: `The \`${idempotencyKeyHeader}\` was sent with another request`,
  429: 'Too many POSTs; see `Retry-After`',
};

/** What every POST that needs an API key has in addition: it can be sent again without harm. */
const idempotency = {
  parameter: {
    name: idempotencyKeyHeader,
    in: 'header',
    description:
      'Repeating the request with the same key within 24 hours gives the first answer again, with the header ' +
      `\`${replayedHeader}: true\`, rather than doing it twice. Answers of 401, 429 and 5xx are not kept.`,
    schema: { type: 'string', pattern: idempotencyKeyPattern },
  },
  responses: { 400: detailOut, 409: detailOut, 422: detailOut },
};

/** The OpenAPI 3.1 operation object of a route. Adds what all routes of its kind have in common to its document. */
export function describeOperation(route: DescribedRoute, document: OperationDocument): object {
  const { summary, tag, query = {}, request } = document;
  const keyed = route.auth === 'api_key';
  const repeatable = keyed && route.method === 'POST';
  const responses: OperationDocument['responses'] = { ...(repeatable && idempotency.responses), ...document.responses };
  const parameters = [
    ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(query).map(([name, { description, schema = { type: 'string' } }]) => ({
      name,
      in: 'query',
      description,
      schema,
    })),
    ...(repeatable ? [idempotency.parameter] : []),
  ];
  return {
    operationId: route.operation,
    summary,
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(request && {
      requestBody: {
        required: !request.safeParse({}).success,
        content: { 'application/json': { schema: jsonSchema(request) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, schema]) => [
          status,
          answer(statusTexts[Number(status)] ?? '', schema),
        ]),
      ),
      ...(keyed && { 401: answer('No valid API key', detailOut) }),
      500: answer('Unforeseen; `error_id` finds the cause in the log', internalErrorOut),
    },
    ...(!keyed && { security: [] }),
  };
}
