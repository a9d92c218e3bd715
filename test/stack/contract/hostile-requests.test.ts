import { beforeAll, describe, expect, it } from 'vitest';
import { megabyte, useHostileClient, v1 } from '../../support/hostile-client.ts';

const client = useHostileClient();
const { stack, api, authorization, send } = client;
let calendarId: string;

describe('a hostile address', () => {
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
  ])('of no calendar is refused without a failure: %s', async (id, status) => {
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
  ])('of an unusual form is answered without a failure: %s', async (target) => {
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
  ])('may have any query: %s', async (query) => {
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

describe('an HTTP method', () => {
  it.each([
    ['OPTIONS', 405],
    ['TRACE', 405],
    ['PROPFIND', 405],
  ])('%s is not allowed', async (method, status) => {
    expect((await send([`${method} ${v1}/calendars HTTP/1.1`, authorization()])).status).toBe(status);
    expect((await send([`${method} ${v1}/calendars HTTP/1.1`])).status).toBe(401);
    expect((await send([`${method} ${v1}/unknown HTTP/1.1`])).status).toBe(404);
  });

  it('HEAD is answered where GET is, without a body', async () => {
    const head = async (path: string, headers: string[]) => {
      const answer = await send([`HEAD ${path} HTTP/1.1`, ...headers]);
      return [answer.status, answer.body];
    };
    expect(await head(`${v1}/calendars`, [authorization()])).toEqual([200, '']);
    expect(await head(`${v1}/calendars`, [])).toEqual([401, '']);
    expect(await head(`${v1}/calendars/cal_0000000000000000`, [authorization()])).toEqual([404, '']);
    expect(await head(`${v1}/unknown`, [])).toEqual([404, '']);
    expect(await head(`${v1}/calendars/cal_0000000000000000/sync`, [authorization()])).toEqual([405, '']);
    expect(await head('/health', [])).toEqual([200, '']);
  });

  it('that is unknown or in lower case is refused', async () => {
    expect((await send([`EAT ${v1}/calendars HTTP/1.1`])).status).toBe(400);
    expect((await send([`get ${v1}/calendars HTTP/1.1`])).status).toBe(400);
  });
});

describe('hostile headers', () => {
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
  ])('are answered by status, without a failure: %s', async (header, status) => {
    expect((await send([target, header])).status).toBe(status);
  });

  it('with two API keys are refused', async () => {
    expect((await send([target, authorization(), authorization()])).status).toBe(401);
    expect((await send([target, authorization(), 'Authorization: Token other'])).status).toBe(401);
  });

  it('are accepted up to a number and refused above it', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `X-Header-${index}: ${index}`);
    expect((await send([target, authorization(), ...many(100)])).status).toBe(200);
    expect((await send([target, authorization(), ...many(1900)])).status).toBe(431);
  });

  it('do not change the links of a list', async () => {
    const { body } = await send([target, authorization(), 'X-Forwarded-Host: evil.example']);
    expect(body).not.toContain('evil.example');
  });
});

describe('a hostile push', () => {
  beforeAll(async () => {
    const json = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    calendarId = String((await api.call('POST', `${v1}/calendars`, { json })).body.id);
  });

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

  it('that is forged, unknown or too large is dropped without a request to the provider', async () => {
    await stack.idle();
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
    await stack.idle();
    expect(stack.google.requests.slice(before)).toEqual([]);
  });

  it('to an unknown address is answered with 404', async () => {
    expect((await send(['POST /push/google/ HTTP/1.1'])).status).toBe(404);
    expect((await send(['POST /push/microsoft/x HTTP/1.1'])).status).toBe(404);
  });
});

describe('the stack after hostile requests', () => {
  it('has no function that failed, and no log with the API key', async () => {
    await client.expectUnharmed();
  });
});
