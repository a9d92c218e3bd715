import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyText } from '../../support/any-text.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { sendRaw } from '../../support/raw-request.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

const v1 = '/api/v1';
const megabyte = 1_000_000;

let stack: TestStack;
let api: ApiClient;
let calendarId: string;

/** What the functions wrote. */
const logged: string[] = [];

beforeAll(async () => {
  stack = await startTestStack((source, line) => logged.push(`${source}: ${line}`));
  api = await createApiClient(stack.local);
});
afterAll(() => stack?.close());

const authorization = () => `Authorization: Token ${stack.local.apiKey}`;
const send = async (lines: string[], body?: Uint8Array | string) => {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return sendRaw(stack.local.url, [...lines, 'Host: %HOST%', ...length].join('\r\n'), body);
};
const sendJson = (method: string, path: string, body: Uint8Array | string) =>
  send([`${method} ${path} HTTP/1.1`, authorization(), 'Content-Type: application/json'], body);
const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

describe('an address', () => {
  it.each([
    ['%00', 404],
    ['cal_%00%00', 404],
    ['%ED%A0%80', 400],
    ['%FF%FE', 400],
    ['%', 400],
    ['%zz', 400],
    ['..%2F..%2Fetc%2Fpasswd', 404],
    ['../../etc/passwd', 404],
    ['cal_0000000000000000%20', 404],
    ['cal_0000000000000000%0a', 404],
    ['%F0%9F%98%80', 404],
    ['__proto__', 404],
    ['{id}', 404],
    ['x'.repeat(2048), 404],
    ['x'.repeat(8000), 404],
    ['x'.repeat(20_000), 414],
  ])('of no calendar is quietly refused: %s', async (id, status) => {
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await send([`${method} ${v1}/calendars/${id} HTTP/1.1`, authorization()]);
      expect([method, answer.status]).toEqual([method, status]);
    }
    for (const collection of ['calendar_events', 'webhooks']) {
      expect((await send([`GET ${v1}/${collection}/${id} HTTP/1.1`, authorization()])).status).toBe(status);
    }
  });

  it.each([
    '*',
    `//evil.example${v1}/calendars`,
    `http://evil.example${v1}/calendars`,
    '/%2e%2e/health',
    '/health%00',
    '/?',
    '/#',
    '/\xff?\xfe=\xff',
  ])('of an odd form is quietly answered: %s', async (target) => {
    const answer = await send([`GET ${target} HTTP/1.1`, authorization()]);
    expect(answer.status).toBeLessThan(500);
  });

  it.each([
    'cursor=%00',
    'cursor=%',
    'cursor=%ED%A0%80',
    'cursor=%zz%FF',
    'calendar_id=%FF',
    'calendar_deduplication_key=%00',
    'calendar_deduplication_key=%ED%B0%80',
    'event_id=%00',
    'updated_at_gte=%00',
    '=&=&&&&',
    '%00=%00',
    '%',
    '__proto__=x&constructor=y',
    `a=${'x'.repeat(7000)}`,
    Array.from({ length: 1500 }, (_, index) => `a${index}`).join('&'),
  ])('has a query of whatever kind: %s', async (query) => {
    for (const path of ['calendars', 'calendar_events']) {
      const { status, body } = await send([`GET ${v1}/${path}?${query} HTTP/1.1`, authorization()]);
      expect([200, 400, 404]).toContain(status);
      expect(['results', 'error', 'detail']).toContain(Object.keys(JSON.parse(body) as object).at(-1));
    }
  });

  it('that is too long is refused', async () => {
    const answer = await send([`GET ${v1}/calendar_events?a=${'x'.repeat(100_000)} HTTP/1.1`, authorization()]);
    expect(answer.status).toBe(414);
  });
});

describe('a method', () => {
  it.each([
    ['HEAD', 405],
    ['OPTIONS', 405],
    ['TRACE', 405],
    ['PROPFIND', 405],
  ])('%s is not allowed', async (method, status) => {
    expect((await send([`${method} ${v1}/calendars HTTP/1.1`, authorization()])).status).toBe(status);
    expect((await send([`${method} ${v1}/calendars HTTP/1.1`])).status).toBe(401);
    expect((await send([`${method} ${v1}/unknown HTTP/1.1`])).status).toBe(404);
  });

  it('nobody knows is refused', async () => {
    expect((await send([`EAT ${v1}/calendars HTTP/1.1`])).status).toBe(400);
    expect((await send([`get ${v1}/calendars HTTP/1.1`])).status).toBe(400);
  });
});

describe('headers', () => {
  const target = `GET ${v1}/calendars HTTP/1.1`;
  it.each([
    ['Authorization: \xff\xfe\x80', 401],
    ['Authorization: Token \xff\xfe', 401],
    ['Authorization:', 401],
    ['Authorization: Token', 401],
    ['Authorization: Token a,Token b', 401],
    [`Authorization: Token ${'k'.repeat(9000)}`, 401],
    [`Authorization: Token ${'k'.repeat(50_000)}`, 431],
    ['Content-Type: \xff', 401],
    ['X-Forwarded-Proto: javascript', 401],
  ])('may be of any kind: %s', async (header, status) => {
    expect((await send([target, header])).status).toBe(status);
  });

  it('may come twice, and then no key counts', async () => {
    expect((await send([target, authorization(), authorization()])).status).toBe(401);
    expect((await send([target, authorization(), 'Authorization: Token other'])).status).toBe(401);
  });

  it('may be many', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `X-Header-${index}: ${index}`);
    expect((await send([target, authorization(), ...many(100)])).status).toBe(200);
    expect((await send([target, authorization(), ...many(1900)])).status).toBe(431);
  });

  it('do not get into the links of a list', async () => {
    const { body } = await send([target, authorization(), 'X-Forwarded-Host: evil.example']);
    expect(body).not.toContain('evil.example');
  });
});

describe('a body', () => {
  beforeAll(async () => {
    const json = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    calendarId = String((await api.call('POST', `${v1}/calendars`, { json })).body.id);
  });

  const shape = (body: string): string => {
    const [[name, value] = []] = Object.entries(JSON.parse(body) as object);
    if (name === 'detail' || name === 'error' || name === 'message') return typeof value === 'string' ? name : 'other';
    return Array.isArray(value) && value.every((text) => typeof text === 'string') ? 'fields' : 'other';
  };
  /** `refused`, or what is wrong with the answer. */
  const verdictOn = ({ status, body }: { status: number; body: string }): string => {
    if (status < 400 || status >= 500) return `answered ${status}`;
    return ['detail', 'error', 'message', 'fields'].includes(shape(body)) ? 'refused' : `answered ${body}`;
  };

  it.each([
    ['10 MB of one text', () => JSON.stringify({ platform: 'x'.repeat(10 * megabyte) }), 413],
    ['11 MB', () => ' '.repeat(11 * megabyte), 413],
    ['5 MB of a platform', () => JSON.stringify({ platform: 'x'.repeat(5 * megabyte) }), 400],
    ['2 MB of quotes', () => JSON.stringify({ platform: '"'.repeat(megabyte) }), 400],
    ['2 MB of numbers', () => `{"platform":[${'1,'.repeat(megabyte)}1]}`, 400],
    ['a secret of 1 MB', () => JSON.stringify({ refresh_token: 'x'.repeat(megabyte) }), 400],
    ['a number of 1 MB', () => `{"client_id":${'1'.repeat(megabyte)}}`, 400],
    ['100,000 unexpected fields', () => `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join()}}`, 400],
    ['metadata of 1 MB', () => JSON.stringify({ metadata: { ['k'.repeat(megabyte)]: 1 } }), 400],
  ])('is refused when huge: %s', async (_name, make, status) => {
    const body = make();
    for (const [method, path] of [
      ['POST', '/calendars'],
      ['PATCH', `/calendars/${calendarId}`],
    ] as const) {
      const answer = await sendJson(method, `${v1}${path}`, body);
      expect(answer.status).toBe(status);
      expect(verdictOn(answer)).toBe('refused');
    }
  });

  it('takes no secret that a row cannot hold', async () => {
    const json = { platform: 'google', client_id: 'c', client_secret: 'x'.repeat(300_000), refresh_token: 'r' };
    const { status, body } = await api.call('POST', `${v1}/calendars`, { json });
    expect({ status, body }).toEqual({
      status: 400,
      body: { client_secret: ['Ensure this field has no more than 16384 characters.'] },
    });
  });

  it.each([100, 1000, 1800, 2000, 2200, 2400, 3000, 100_000])('is refused when nested %i deep', async (depth) => {
    for (const body of [
      nested(depth),
      `{"platform":${nested(depth)}}`,
      `{"metadata":${nested(depth, '{"a":', '1}').replace('1}', '{}}')}}`,
      `{"foo":${nested(depth)}}`,
    ]) {
      expect(verdictOn(await sendJson('POST', `${v1}/calendars`, body))).toBe('refused');
    }
  });

  it.each([
    Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    Buffer.from('{"client_id":"\xff"}', 'latin1'),
    Buffer.from('{"client_id":"\\ud800"}'),
    Buffer.from('{"\\ud800":1}'),
    Buffer.from('{"a":"\\u0000"}'),
    Buffer.from('\0'),
    Buffer.from('{"a":1}\0'),
    Buffer.from('{"__proto__":{"platform":"google"}}'),
    Buffer.from('{"platform":"google","platform":null}'),
  ])('of odd bytes is refused: %s', async (body) => {
    expect(verdictOn(await sendJson('POST', `${v1}/calendars`, body))).toBe('refused');
  });

  it('keeps the last of two equal names', async () => {
    const { body } = await sendJson('POST', `${v1}/calendars`, '{"platform":"x","platform":"google"}');
    expect(JSON.parse(body)).not.toHaveProperty('platform');
  });

  it('of any value in any field is taken, or refused in one of the three shapes', async () => {
    const field = fc.constantFrom(
      'platform',
      'client_id',
      'client_secret',
      'refresh_token',
      'platform_uuid',
      'metadata',
      'deduplication_key',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      anyText(),
      fc.constantFrom('google', null, true, '', ' ', '\0', '\ud800', {}, { a: 'b' }, { a: 1 }, [], 'x'.repeat(1025)),
    );
    const body = fc.dictionary(fc.oneof({ weight: 6, arbitrary: field }, fc.string()), value, {
      noNullPrototype: true,
    });
    const target = fc.constantFrom(['POST', '/calendars'] as const, ['PATCH', `/calendars/${calendarId}`] as const);
    await fc.assert(
      fc.asyncProperty(target, body, async ([method, path], json) => {
        const { status, text } = await api.call(method, `${v1}${path}`, { json });
        expect(status < 300 ? 'refused' : verdictOn({ status, body: text })).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });

  it('of any bytes is refused in one of the three shapes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        expect(verdictOn(await sendJson('POST', `${v1}/calendars`, body))).toBe('refused');
      }),
      { numRuns: 100 },
    );
  });
});

describe('a push', () => {
  const push = (headers: string[], body?: string) => send(['POST /push/google HTTP/1.1', ...headers], body);
  const channel = (id: string, token: string, state = 'exists') => [
    `X-Goog-Channel-ID: ${id}`,
    `X-Goog-Channel-Token: ${token}`,
    `X-Goog-Resource-State: ${state}`,
    'X-Goog-Message-Number: 1',
    'X-Goog-Resource-ID: r',
  ];
  const known = () => `${calendarId}-AAAAAAAAAAAAAAAA`;
  const someToken = Buffer.alloc(32).toString('base64url');

  it('that is forged, unknown or too large is quietly dropped, and asks no provider', async () => {
    await idle();
    const before = stack.google.requests.length;
    const cases: [string[], string | undefined, number][] = [
      [[], undefined, 204],
      [[], 'x', 204],
      [[], '{', 204],
      [channel(known(), someToken), undefined, 204],
      [channel(known(), ''), undefined, 204],
      [channel(known(), 'x'.repeat(5000)), undefined, 204],
      [channel(known(), '\xff\xfe'), undefined, 204],
      [channel('cal_0000000000000000-AAAAAAAAAAAAAAAA', someToken), undefined, 204],
      [channel('', ''), undefined, 204],
      [channel('../../x', someToken), undefined, 204],
      [channel('x'.repeat(5000), someToken), undefined, 204],
      [channel(known(), someToken, 'sync'), undefined, 204],
      [[...channel(known(), someToken), ...channel(known(), someToken)], undefined, 204],
      [channel(known(), someToken), 'x'.repeat(megabyte), 204],
      [channel(known(), someToken), 'x'.repeat(11 * megabyte), 413],
      [channel(known(), 'x'.repeat(50_000)), undefined, 431],
    ];
    for (const [headers, body, status] of cases) {
      const answer = await push(headers, body);
      expect([headers.join().slice(0, 80), answer.status]).toEqual([headers.join().slice(0, 80), status]);
    }
    await idle();
    expect(stack.google.requests.slice(before)).toEqual([]);
  });

  it('to another address is not found', async () => {
    expect((await send(['POST /push/google/ HTTP/1.1'])).status).toBe(404);
    expect((await send(['POST /push/microsoft/x HTTP/1.1'])).status).toBe(404);
  });

  const idle = async (): Promise<void> => {
    // A push waits a second for more; only what stays still twice has come to rest.
    for (let still = 0; still < 3; ) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      still = (await stack.local.state()).idle ? still + 1 : 0;
    }
  };
});

describe('after all of it', () => {
  it('no function has failed, and no log tells a key', async () => {
    const { functions } = await stack.local.state();
    const failing = Object.entries(functions).filter(([, { failures, crashes }]) => failures + crashes > 0);
    expect(failing).toEqual([]);
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes('unexpected error'))).toEqual([]);
    expect(logged.filter((line) => line.includes(stack.local.apiKey))).toEqual([]);
  });
});
