import type { SchemaWriter } from './describe-schemas.ts';
import { type ErrorName, type ErrorResponse, errorResponses } from './error-responses.ts';
import { idempotencyKeyHeader, idempotencyKeyPattern, replayedHeader } from './idempotency-key.ts';
import { ignoredParametersHeader } from './ignored-parameters.ts';
import type { OperationDocument } from './operation-document.ts';
import { type HeaderName, referToHeaders } from './response-headers.ts';

/** A route as far as its description needs it. */
export interface DescribedRoute {
  method: string;
  path: string;
  operation: string;
  auth: string;
}

/** Parameters that several operations have, by their names in the document. */
export const sharedParameters = {
  IdempotencyKey: {
    name: idempotencyKeyHeader,
    in: 'header',
    description:
      'A request with the same key within 24 hours is not run again: it gets the first answer, with the header ' +
      `\`${replayedHeader}: true\`. Answers with 401, 409, 429 and 5xx are not stored.`,
    schema: { type: 'string', pattern: idempotencyKeyPattern },
  },
};

const pathTexts: Record<string, string> = {
  id: 'Id of the object',
  delivery: 'Id of the delivery',
};

/** Ids of the objects in examples, by what stands before them in a path. */
const exampleIds: Record<string, string> = {
  accounts: 'acct_pGz6vKq0R1sT2uV3',
  bots: 'bot_Qw3rTy7UiOp4AsDf',
  calendar_events: 'evt_4Hs8Kd0PqLmZx2Vb',
  calendars: 'cal_8Jk2nVx0QwErTy12',
  connect_sessions: 'cses_Kd7Fq2Zx9Bn4Ws1M',
  deliveries: 'delivery_Ab1Cd2Ef3Gh4Ij5K',
  oauth_apps: 'oapp_Hn4Wd8Rb2Mk6Vt1Q',
  organization_connections: 'orgc_Pq7Rs3Tu9Vw1Xy5Z',
  webhooks: 'webhook_Ty6Gh2Jk9Lp0Zx3C',
};

const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

/** Errors that every operation of a kind can answer with. */
function commonErrors({ method, auth }: DescribedRoute): ErrorName[] {
  const keyed = auth === 'api_key';
  return [
    ...(keyed && bodyMethods.has(method) ? (['InvalidRequest', 'UnsupportedMediaType', 'BodyTooLarge'] as const) : []),
    ...(keyed && !bodyMethods.has(method) ? (['InvalidQuery'] as const) : []),
    ...(keyed && method === 'POST' ? (['Conflict', 'KeyReused'] as const) : []),
    ...(keyed
      ? (['Unauthenticated', 'Throttled', 'AddressTooLong', 'HeadersTooLarge'] as const)
      : (['TooManyRequests'] as const)),
    'UnexpectedError',
    'Unavailable',
  ];
}

/** Errors that describe others of their status, too: an operation has one description for each status. */
const joinedErrors: readonly (readonly ErrorName[])[] = [
  ['InvalidRequest', 'InvalidQuery'],
  ['NotFoundOrInvalidCursor', 'NotFound', 'InvalidCursor'],
  ['ConflictOrUnreadable', 'Conflict', 'Unreadable'],
];

/** The one name that describes all errors of a status. */
function joinErrors(names: readonly ErrorName[]): ErrorName {
  const candidates = new Set(names).size === 1 ? [names] : joinedErrors;
  const [joined] = candidates.find((known) => names.every((name) => known.includes(name))) ?? [];
  if (!joined) throw new Error(`no error response describes all of ${names.join(', ')}`);
  return joined;
}

/** The OpenAPI 3.1 operation object of a route: its document, and what all routes of its kind have in common. */
export function describeOperation(
  route: DescribedRoute,
  document: OperationDocument,
  { write, tidy }: Pick<SchemaWriter, 'write' | 'tidy'>,
): object {
  const { summary, description, tag, query = {}, request, answer, errors = [] } = document;
  const keyed = route.auth === 'api_key';
  const repeatable = keyed && route.method === 'POST';
  const parameters = [
    ...[...route.path.matchAll(/(\w+)\/\{(\w+)\}/g)].map(([, collection = '', name = '']) => ({
      name,
      in: 'path',
      required: true,
      description: pathTexts[name],
      schema: { type: 'string' },
      example: exampleIds[collection],
    })),
    ...Object.entries(query).map(([name, { schema = { type: 'string' }, ...parameter }]) => ({
      name,
      in: 'query',
      ...parameter,
      schema: tidy(schema),
    })),
    ...(repeatable ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
  ];
  const headers: HeaderName[] = [];
  if (keyed) headers.push(ignoredParametersHeader);
  if (repeatable) headers.push(replayedHeader);
  const json = (schema: object, example: unknown) => ({
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  });
  const byStatus = Map.groupBy([...commonErrors(route), ...errors], (name) => errorResponses[name].status);
  return {
    operationId: route.operation,
    summary,
    description,
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(request && {
      requestBody: {
        required: !request.schema.safeParse({}).success,
        ...json(write(request.schema), request.example),
      },
    }),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...referToHeaders(headers),
        ...(answer.schema && json(write(answer.schema), answer.example)),
      },
      ...Object.fromEntries(
        [...byStatus].map(([status, names]) => [status, { $ref: `#/components/responses/${joinErrors(names)}` }]),
      ),
    },
    ...(!keyed && { security: [] }),
  };
}

/** `components.responses` of the document. */
export const describeErrors = ({ write }: Pick<SchemaWriter, 'write'>): Record<string, object> =>
  Object.fromEntries(
    Object.entries<ErrorResponse>(errorResponses).map(([name, { description, schema, example, headers = [] }]) => [
      name,
      {
        description,
        ...referToHeaders(headers),
        ...(schema && { content: { 'application/json': { schema: write(schema), example } } }),
      },
    ]),
  );
