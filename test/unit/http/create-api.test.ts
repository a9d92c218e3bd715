import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createApi, type Operations } from '../../../shared/http/create-api.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { createPostThrottle } from '../../../shared/projects/throttle-post.ts';

const event = (routeKey: string, given: Partial<APIGatewayProxyEventV2> = {}) =>
  ({
    routeKey,
    rawPath: '/api/v1/calendars',
    rawQueryString: '',
    headers: { authorization: 'Token key' },
    requestContext: { domainName: 'example.com', http: { method: routeKey.split(' ')[0] } },
    isBase64Encoded: false,
    ...given,
  }) as unknown as APIGatewayProxyEventV2;

const silent = new Logger({ logLevel: 'SILENT' });
const call = (
  operations: Operations,
  routeKey: string,
  given: Partial<APIGatewayProxyEventV2> = {},
  throttlePost?: (projectId: string) => Promise<void>,
) => {
  const deps = { logger: silent, findProjectByKeyHash: async () => 'proj_1', ...(throttlePost && { throttlePost }) };
  return createApi(deps, operations)(event(routeKey, given), {} as Context);
};

describe('an operation', () => {
  it('that fails in a way nobody foresaw tells nothing of the cause', async () => {
    const operations: Operations = {
      listCalendars: async () => {
        throw new Error('password hunter2 at db.internal');
      },
    };
    const { statusCode, headers, body } = await call(operations, 'GET /api/v1/calendars');
    expect(statusCode).toBe(500);
    expect(headers).toEqual({ 'content-type': 'application/json' });
    expect(JSON.parse(body ?? '')).toEqual({
      detail: 'Internal error',
      error_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('that knows its error answers it whole', async () => {
    const operations: Operations = {
      listCalendars: async () => {
        throw new AppError('method_not_allowed', { detail: 'no' }, { allow: 'GET' });
      },
    };
    expect(await call(operations, 'GET /api/v1/calendars')).toMatchObject({
      statusCode: 405,
      headers: { 'content-type': 'application/json', allow: 'GET' },
      body: '{"detail":"no"}',
    });
  });

  it('reads a body that API Gateway passes in base64', async () => {
    const operations: Operations = {
      createCalendar: async (request) => ({ status: 201, body: request.body() }),
    };
    const given = {
      body: Buffer.from('{"a":"ü"}').toString('base64'),
      isBase64Encoded: true,
      headers: { authorization: 'Token key', 'content-type': 'Application/JSON ; charset=utf-8' },
    };
    expect(await call(operations, 'POST /api/v1/calendars', given)).toMatchObject({
      statusCode: 201,
      body: '{"a":"ü"}',
    });
  });

  it('is not begun for a POST over the limit, and says when the next one may come', async () => {
    const now = Date.parse('2026-11-21T09:00:30Z');
    const refuse = { window_start: { N: String(now - 18_500) } };
    const { ConditionalCheckFailedException } = await import('@aws-sdk/client-dynamodb');
    const client = {
      send: async () => {
        throw new ConditionalCheckFailedException({ message: '', $metadata: {}, Item: refuse });
      },
    };
    const clock = { now: () => now, stamp: () => '' as never };
    const throttle = createPostThrottle({ table: { name: 't', client: client as never }, clock, perMinute: 3000 });
    const operations: Operations = { createCalendar: async () => ({ status: 201 }) };
    expect(await call(operations, 'POST /api/v1/calendars', {}, throttle)).toEqual({
      statusCode: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '42' },
      body: '{"detail":"Request was throttled. Expected available in 42 seconds."}',
    });
  });

  it('is not counted against the limit when it is no POST', async () => {
    const operations: Operations = { updateCalendar: async () => ({ status: 200 }) };
    const throttle = async (): Promise<void> => {
      throw new Error('counted');
    };
    const answer = await call(operations, 'PATCH /api/v1/calendars/{id}', {}, throttle);
    expect(answer.statusCode).toBe(200);
  });
});
