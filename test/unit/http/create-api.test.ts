import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ApiRequest, ApiResponse } from '../../../shared/http/api-request.ts';
import { type ApiDeps, createApi } from '../../../shared/http/create-api.ts';
import type { Documents } from '../../../shared/http/operation-document.ts';
import type { Operations } from '../../../shared/http/routes.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { AwsError, throttled } from '../../../shared/platform/aws/aws-error.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const routes = {
  function: 'api-test',
  auth: 'api_key',
  operations: { readThing: 'GET /things/{id}', makeThing: 'POST /things', changeThing: 'PATCH /things/{id}' },
  query: { readThing: ['name'] },
} as const;
type Handler = (request: ApiRequest) => Promise<ApiResponse>;

const event = (routeKey: string, given: Partial<APIGatewayProxyEventV2> = {}) =>
  ({
    routeKey,
    rawPath: '/things',
    rawQueryString: '',
    headers: { authorization: 'Token key' },
    requestContext: { domainName: 'example.com', http: { method: routeKey.split(' ')[0] } },
    isBase64Encoded: false,
    ...given,
  }) as unknown as APIGatewayProxyEventV2;

/** Calls an API whose operations all have this handler. */
const call = (
  handler: Handler,
  routeKey: string,
  given: Partial<APIGatewayProxyEventV2> = {},
  throttle?: ApiDeps['throttle'],
) => {
  const deps = {
    logger: silentLogger,
    findProjectByKeyHash: async () => 'proj_1' as const,
    ...(throttle && { throttle }),
  };
  const operations = { readThing: handler, makeThing: handler, changeThing: handler };
  return createApi(deps, routes, operations)(event(routeKey, given), {} as Context);
};

/** As the AWS SDK throws it. @param httpStatusCode absent: there was no answer */
const sdkError = (name: string, httpStatusCode?: number): Error =>
  Object.assign(new Error('arn:aws:dynamodb:eu-west-1:123456789012:table/kalends'), {
    name,
    $metadata: { attempts: 3, ...(httpStatusCode !== undefined && { httpStatusCode }) },
  });

const succeed: Handler = async () => ({ status: 200 });

describe('an API', () => {
  it('calls the operation of the route', async () => {
    const deps = { logger: silentLogger, findProjectByKeyHash: async () => 'proj_1' as const };
    const api = createApi(deps, routes, {
      readThing: async () => ({ status: 200, body: 'read' }),
      makeThing: async () => ({ status: 201, body: 'made' }),
      changeThing: async () => ({ status: 200, body: 'changed' }),
    });
    const bodies = await Promise.all(
      Object.values(routes.operations).map(async (key) => (await api(event(key), {} as Context)).body),
    );
    expect(bodies).toEqual(['"read"', '"made"', '"changed"']);
  });

  it('answers a HEAD as the GET, without the body', async () => {
    const handler: Handler = async () => ({ status: 200, body: { text: 'a'.repeat(5000) } });
    const given = { headers: { authorization: 'Token key', 'accept-encoding': 'gzip' } };
    expect(await call(handler, 'HEAD /things/{id}', given)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', vary: 'accept-encoding' },
      body: '',
    });
    expect(await call(handler, 'HEAD /things/{id}', { headers: {} })).toMatchObject({ statusCode: 401, body: '' });
  });

  it('names the query parameters that the operation does not know, and refuses them where the client is strict', async () => {
    const query = { rawQueryString: 'name=a&nmae=b&%C3%BC=1&name=c&=' };
    const ignored = await call(succeed, 'GET /things/{id}', query);
    expect(ignored.headers['x-ignored-parameters']).toBe('nmae, %C3%BC');
    expect((await call(succeed, 'GET /things/{id}', { rawQueryString: 'name=a' })).headers).not.toHaveProperty(
      'x-ignored-parameters',
    );
    for (const prefer of ['handling=strict', 'respond-async, Handling = "strict"', 'wait=1;handling=strict']) {
      const headers = { authorization: 'Token key', prefer };
      const answer = await call(succeed, 'GET /things/{id}', { rawQueryString: 'nmae=b', headers });
      expect(answer).toMatchObject({
        statusCode: 400,
        body: '{"error":"Unexpected parameter(s): nmae. Allowed parameters are: name"}',
      });
      const known = await call(succeed, 'GET /things/{id}', { rawQueryString: 'name=b', headers });
      expect(known.statusCode).toBe(200);
    }
    const lenient = { authorization: 'Token key', prefer: 'handling=lenient' };
    expect((await call(succeed, 'GET /things/{id}', { ...query, headers: lenient })).statusCode).toBe(200);
    const long = await call(succeed, 'GET /things/{id}', { rawQueryString: `${'x'.repeat(5000)}=1` });
    expect(long.headers['x-ignored-parameters']).toHaveLength(500);
  });

  it('names unknown query parameters also in a refusal, whose cause they may be', async () => {
    const refuse: Handler = async () => {
      throw new AppError('invalid_query', 'Give a name');
    };
    for (const key of ['GET /things/{id}', 'POST /things']) {
      const answer = await call(refuse, key, { rawQueryString: 'nmae=b' });
      expect(answer).toMatchObject({ statusCode: 400, headers: { 'x-ignored-parameters': 'nmae' } });
    }
  });

  it('shows nothing of the cause of an unexpected error', async () => {
    const { statusCode, headers, body } = await call(async () => {
      throw new Error('password hunter2 at db.internal');
    }, 'GET /things/{id}');
    expect(statusCode).toBe(500);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(body ?? '')).toEqual({
      detail: 'Internal error',
      error_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ['SQS gives no answer', new AwsError('NoAnswer', 'sqs did not answer', { status: 0 })],
    ['a batch was not taken', throttled('DynamoDB did not read 4 rows in 5 requests')],
    ['DynamoDB throttles', sdkError('ProvisionedThroughputExceededException', 400)],
    ['DynamoDB fails', sdkError('InternalServerError', 500)],
    ['the connection to DynamoDB breaks', Object.assign(sdkError('Error'), { code: 'ECONNRESET' })],
    ['DynamoDB does not answer in time', sdkError('TimeoutError')],
    ['another transaction holds a row', new TransactionConflictException({ message: 'held', $metadata: {} })],
  ])('says that the request may be sent again, and nothing of the cause, when %s', async (_when, error) => {
    const { statusCode, headers, body } = await call(async () => {
      throw error;
    }, 'GET /things/{id}');
    expect([statusCode, headers]).toEqual([
      503,
      { 'content-type': 'application/json', 'retry-after': '5', 'cache-control': 'no-store' },
    ]);
    expect(JSON.parse(body ?? '')).toEqual({
      detail: 'The service is busy. Please try again.',
      error_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ['a permission is missing', sdkError('AccessDeniedException', 400)],
    ['a request is wrong', sdkError('ValidationException', 400)],
    ['a partition is full', sdkError('ItemCollectionSizeLimitExceededException', 400)],
    ['the AWS SDK itself fails', sdkError('TypeError')],
    ['an error of ours has a code', Object.assign(new Error('no'), { code: 'ECONNRESET' })],
  ])('does not promise that a later request succeeds when %s', async (_when, error) => {
    const answer = await call(async () => {
      throw error;
    }, 'GET /things/{id}');
    expect([answer.statusCode, 'retry-after' in answer.headers]).toEqual([500, false]);
  });

  it('answers a known error with its status, headers and body', async () => {
    const answer = await call(async () => {
      throw new AppError('method_not_allowed', 'no', { allowedMethods: ['GET'] });
    }, 'GET /things/{id}');
    expect(answer).toMatchObject({
      statusCode: 405,
      headers: { 'content-type': 'application/json', allow: 'GET' },
      body: '{"detail":"no"}',
    });
  });

  it('reads a body that API Gateway passes in base64', async () => {
    const given = {
      body: Buffer.from('{"a":"ü"}').toString('base64'),
      isBase64Encoded: true,
      headers: { authorization: 'Token key', 'content-type': 'Application/JSON ; charset=utf-8' },
    };
    const answer = await call(async (request) => ({ status: 201, body: request.body() }), 'POST /things', given);
    expect(answer).toMatchObject({ statusCode: 201, body: '{"a":"ü"}' });
  });

  it('counts every request with its operation, and refuses one over the limit with the time to try again', async () => {
    const counted: unknown[] = [];
    const throttle = async (...request: unknown[]): Promise<void> => {
      counted.push(request);
      throw new AppError('throttled', 'Later.', { retryAfterSeconds: 42, limit: 'things' });
    };
    for (const [key] of [['GET /things/{id}'], ['POST /things'], ['PATCH /things/{id}']] as const) {
      expect(await call(succeed, key, {}, throttle)).toEqual({
        statusCode: 429,
        headers: { 'content-type': 'application/json', 'retry-after': '42', 'cache-control': 'no-store' },
        body: '{"detail":"Later.","limit":"things"}',
      });
    }
    expect(counted).toEqual([
      ['proj_1', { operation: 'readThing', method: 'GET' }],
      ['proj_1', { operation: 'makeThing', method: 'POST' }],
      ['proj_1', { operation: 'changeThing', method: 'PATCH' }],
    ]);
  });
});

describe('the types of an API', () => {
  it('demand a handler and a document for exactly every operation of the routes', () => {
    type Names = 'readThing' | 'makeThing' | 'changeThing';
    expectTypeOf<keyof Operations<typeof routes>>().toEqualTypeOf<Names>();
    expectTypeOf<keyof Documents<typeof routes>>().toEqualTypeOf<Names>();
    expectTypeOf<Record<Exclude<Names, 'makeThing'>, Handler>>().not.toExtend<Operations<typeof routes>>();
    expectTypeOf<Record<Names, Handler>>().toExtend<Operations<typeof routes>>();
  });
});
