import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { createHttpApi } from '../../../local/runner/create-http-api.ts';
import { type HttpServer, listenHttp } from '../../../local/runner/listen-http.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';
import type { InvocationResult } from '../../../local/runner/start-function-worker.ts';
import { createFakeFunction, returned, threw } from './local-function.ts';

let answer: (event: APIGatewayProxyEventV2) => InvocationResult | Promise<InvocationResult>;
const events: APIGatewayProxyEventV2[] = [];
const local = createFakeFunction('serve', (event: APIGatewayProxyEventV2) => {
  events.push(event);
  return answer(event);
});
const api = { ApiId: { Ref: 'Api' } };
const route = (RouteKey: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { ...api, RouteKey, Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] } },
});
const resourcesWith = (more: Record<string, unknown>, integration: Record<string, unknown> = {}) =>
  resolveTemplate(
    parseAssembly({
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'x', ProtocolType: 'HTTP' } },
        Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...api, StageName: '$default', AutoDeploy: true } },
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            ...api,
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: local.arn,
            PayloadFormatVersion: '2.0',
            TimeoutInMillis: 1_000,
            ...integration,
          },
        },
        ...more,
      },
    }).template,
    { sqsEndpoint: '', apiUrl: '' },
  );

const NOW = Date.parse('2030-01-02T03:04:05.678Z');
let server: HttpServer;
let url: string;
beforeAll(async () => {
  server = await listenHttp(0, () => {});
  url = `http://127.0.0.1:${server.port}`;
  const resources = resourcesWith({ One: route('POST /api/v1/things/{id}'), Rest: route('$default') });
  server.serve(createHttpApi(resources, [local], { now: () => NOW }));
});
beforeEach(() => {
  events.length = 0;
  answer = () => returned({ statusCode: 200, body: 'ok' });
});
afterAll(() => server.close());

/** Sends bytes as they are and reads until the server closes the connection. */
const sendRaw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received)).on('error', reject);
    socket.setTimeout(3_000, () => socket.destroy(new Error(`no answer to ${text.slice(0, 60)}`)));
  });

describe('events in payload format 2.0', () => {
  it('are what API Gateway makes of a request', async () => {
    await fetch(`${url}/api/v1/things/a%20b?x=1&x=2&y=a%2Cb&z`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'test', 'X-Mixed': 'Case' },
      body: '{"é":1}',
    });
    const [event] = events;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /api/v1/things/{id}',
      rawPath: '/api/v1/things/a b',
      rawQueryString: 'x=1&x=2&y=a%2Cb&z',
      queryStringParameters: { x: '1,2', y: 'a,b', z: '' },
      pathParameters: { id: 'a b' },
      body: '{"é":1}',
      isBase64Encoded: false,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': '8',
        'x-mixed': 'Case',
        'x-forwarded-proto': 'http',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(server.port),
        host: `127.0.0.1:${server.port}`,
      },
      requestContext: {
        accountId: '000000000000',
        domainName: `127.0.0.1:${server.port}`,
        http: {
          method: 'POST',
          path: '/api/v1/things/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        routeKey: 'POST /api/v1/things/{id}',
        stage: '$default',
        time: '02/Jan/2030:03:04:05 +0000',
        timeEpoch: NOW,
      },
    });
    expect(event).not.toHaveProperty('cookies');
  });

  it('join repeated headers by comma and list cookies apart', async () => {
    await sendRaw(
      'GET /x HTTP/1.1\r\nHost: h\r\nAccept: a\r\naccept: b\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n',
    );
    const [event] = events;
    expect(event?.headers).toMatchObject({ accept: 'a,b', 'x-two': '1,2' });
    expect(event?.headers).not.toHaveProperty('cookie');
    expect(event?.cookies).toEqual(['a=1', 'b=2']);
  });

  it('have no query, body, cookies or path parameters where the request has none', async () => {
    await fetch(`${url}/plain?`);
    const [event] = events;
    for (const absent of ['queryStringParameters', 'body', 'cookies', 'pathParameters']) {
      expect(event).not.toHaveProperty(absent);
    }
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false, routeKey: '$default' });
  });

  it.each([
    ['text/plain', false],
    ['text/csv; charset=latin1', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['application/octet-stream', true],
    ['', true],
  ])('carry a body of type "%s" in base64: %s', async (type, isBase64Encoded) => {
    const bytes = Buffer.from('a=1&b');
    await fetch(url, { method: 'POST', headers: type === '' ? {} : { 'content-type': type }, body: bytes });
    expect(events[0]).toMatchObject({ isBase64Encoded, body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8') });
  });

  it.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])('go to $default for %s without a route', async (method) => {
    answer = () => returned({ statusCode: 200, headers: { allow: 'GET' }, body: 'body' });
    const response = await fetch(`${url}/api/v1/things/1`, { method });
    expect(events[0]).toMatchObject({ routeKey: '$default', requestContext: { http: { method } } });
    expect(response.headers.get('allow')).toBe('GET');
    expect(await response.text()).toBe(method === 'HEAD' ? '' : 'body');
  });
});

describe('answers of functions', () => {
  const ask = async (result: InvocationResult) => {
    answer = () => result;
    const response = await fetch(url);
    return { status: response.status, body: await response.text(), headers: response.headers };
  };

  it('keep status, headers, cookies and bytes', async () => {
    const cookies = ['a=1; Path=/', 'b=2'];
    const headers = {
      'Content-Type': 'image/png',
      'X-Number': 5,
      'Retry-After': '7',
      'Content-Length': '999',
      Connection: 'close',
    };
    const body = Buffer.from([0, 255, 128]).toString('base64');
    const given = await ask(returned({ statusCode: '418', headers, cookies, body, isBase64Encoded: true }));
    expect(given.status).toBe(418);
    expect(given.headers.getSetCookie()).toEqual(cookies);
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-number': '5',
      'retry-after': '7',
      'content-length': '3',
    });
  });

  it('are text when they name no type, and JSON of a 200 when they name no status', async () => {
    expect((await ask(returned({ statusCode: 200, body: 'x' }))).headers.get('content-type')).toBe(
      'text/plain;charset=UTF-8',
    );
    const inferred = await ask(returned({ hello: 1 }));
    expect(inferred).toMatchObject({ status: 200, body: '{"hello":1}' });
    expect(inferred.headers.get('content-type')).toBe('application/json');
    expect(await ask(returned({ statusCode: 204 }))).toMatchObject({ status: 204, body: '' });
  });

  it.each([
    ['a crash', threw('crash')],
    ['an error', threw()],
    ['a status that is none', returned({ statusCode: 'many' })],
    ['a body that is no text', returned({ statusCode: 200, body: { a: 1 } })],
    ['headers that are lists', returned({ statusCode: 200, headers: { a: ['1'] } })],
    ['a header that would split the answer', returned({ statusCode: 200, headers: { a: '1\r\nb: 2' } })],
    ['a header name that is none', returned({ statusCode: 200, headers: { 'a b': '1' } })],
  ])('become 500 after %s', async (_what, result) => {
    expect(await ask(result)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('become 503 when they come after the time-out', async () => {
    answer = () => new Promise((resolve) => setTimeout(() => resolve(returned('late')), 2_000));
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });
});

describe('bad requests', () => {
  it('with a body over 10 MB are refused, whether announced or not, and never reach a function', async () => {
    const announced = await fetch(url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([announced.status, await announced.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    const chunk = 'x'.repeat(1024 * 1024);
    const chunks = `${(1024 * 1024).toString(16)}\r\n${chunk}\r\n`.repeat(11);
    const received = await sendRaw(
      `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(events).toEqual([]);
  });

  it('with a body over the 6 MB a function takes are refused as well', async () => {
    answer = () => ({ ok: false, kind: 'error', error: { errorType: 'RequestTooLarge', errorMessage: '' } });
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(413);
  });

  it.each([
    ['a long URL', `GET /${'a'.repeat(12_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, 414],
    ['long headers', `GET / HTTP/1.1\r\nHost: h\r\nX-Long: ${'a'.repeat(11_000)}\r\n\r\n`, 431],
    ['headers without end', `GET / HTTP/1.1\r\nHost: h\r\nX-Long: ${'a'.repeat(400_000)}\r\n\r\n`, 431],
    ['an endless URL', `GET /${'a'.repeat(400_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, 431],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a method that is none', 'G€T / HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
    ['a malformed escape in the path', 'GET /%zz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('with %s are answered with JSON and the right status', async (_what, text, status) => {
    const received = await sendRaw(text);
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(events).toEqual([]);
  });

  it('leave the server alive, whatever the target and headers are', async () => {
    const target = fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n ]/g, ''));
    const header = fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ''));
    await fc.assert(
      fc.asyncProperty(target, header, async (path, value) => {
        const received = await sendRaw(
          `GET /${path} HTTP/1.1\r\nHost: h\r\nX-Any: ${value}\r\nConnection: close\r\n\r\n`,
        );
        expect(received).toMatch(/^HTTP\/1\.1 [24]\d\d /);
      }),
      { numRuns: 60 },
    );
    expect((await fetch(url)).status).toBe(200);
  });

  it('without a route and a default are 404', async () => {
    const bare = createHttpApi(resourcesWith({ One: route('GET /only') }), [local], { now: () => NOW });
    const other = await listenHttp(0, () => {});
    const address = `http://127.0.0.1:${other.port}`;
    expect((await fetch(address)).status).toBe(503);
    other.serve(bare);
    const response = await fetch(address);
    await other.close();
    expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
  });
});

describe('an HTTP API that local mode would not serve alike', () => {
  it.each([
    [{ Route: route('GET /a') }, { PayloadFormatVersion: '1.0' }, 'PayloadFormatVersion'],
    [{ Route: route('GET /a') }, { RequestParameters: {} }, 'RequestParameters'],
    [
      { Route: { ...route('GET /a'), Properties: { ...route('GET /a').Properties, AuthorizationType: 'JWT' } } },
      {},
      'AuthorizationType',
    ],
    [
      { Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...api, StageName: 'v1', AutoDeploy: true } } },
      {},
      'StageName',
    ],
    [{}, { IntegrationUri: 'arn:aws:lambda:x:function:none' }, 'no function'],
  ])('is refused: %j %j', (more, integration, reason) => {
    expect(() => createHttpApi(resourcesWith(more, integration), [local], { now: () => NOW })).toThrow(reason);
  });
});
