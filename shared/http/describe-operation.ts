import * as z from 'zod';
import { detailOut, internalErrorOut, throttledOut } from './error-schemas.ts';
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
  204: 'Accepted, or ignored',
  400: 'Invalid request',
  404: 'Not found, or an object of another project, or an invalid cursor',
  409: 'Too many concurrent updates; try again after `Retry-After`',
  410: 'Changes after this cursor are no longer stored',
  415: 'The body is not JSON',
  422: `The \`${idempotencyKeyHeader}\` was sent with another request`,
  429: 'Beyond a limit of the project; try again after `Retry-After`',
};

/** Answers of a POST that can be sent again. */
const repeatableTexts: Record<number, string> = {
  ...statusTexts,
  409: `Too many concurrent updates, or a request with this \`${idempotencyKeyHeader}\` is running; try again after \`Retry-After\``,
};

/** What every POST with an API key has in common: a client can send it again safely. */
const idempotency = {
  parameter: {
    name: idempotencyKeyHeader,
    in: 'header',
    description:
      'A request with the same key within 24 hours is not run again: it gets the first answer, with the header ' +
      `\`${replayedHeader}: true\`. Answers with 401, 409, 429 and 5xx are not stored.`,
    schema: { type: 'string', pattern: idempotencyKeyPattern },
  },
  responses: { 400: detailOut, 422: detailOut },
};

/** The OpenAPI 3.1 operation object of a route: its document, and what all routes of its kind have in common. */
export function describeOperation(route: DescribedRoute, document: OperationDocument): object {
  const { summary, tag, query = {}, request } = document;
  const keyed = route.auth === 'api_key';
  const repeatable = keyed && route.method === 'POST';
  const responses: OperationDocument['responses'] = {
    ...(repeatable && idempotency.responses),
    ...(keyed && route.method !== 'GET' && { 409: detailOut }),
    ...(keyed && { 429: throttledOut }),
    ...document.responses,
  };
  const texts = repeatable ? repeatableTexts : statusTexts;
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
        Object.entries(responses).map(([status, schema]) => [status, answer(texts[Number(status)] ?? '', schema)]),
      ),
      ...(keyed && { 401: answer('No valid API key', detailOut) }),
      500: answer('Unexpected error; the log has its cause under `error_id`', internalErrorOut),
    },
    ...(!keyed && { security: [] }),
  };
}
