import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyText } from '../../support/any-text.ts';
import { megabyte, useHostileClient, v1 } from '../../support/hostile-client.ts';

const client = useHostileClient();
const { api, sendJson } = client;
let calendarId: string;

const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

describe('a hostile body', () => {
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

  it('is refused with a secret that does not fit into a row', async () => {
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
  ])('of invalid bytes is refused: %s', async (body) => {
    expect(verdictOn(await sendJson('POST', `${v1}/calendars`, body))).toBe('refused');
  });

  it('is read with the last of two equal names', async () => {
    const { body } = await sendJson('POST', `${v1}/calendars`, '{"platform":"x","platform":"google"}');
    expect(JSON.parse(body)).not.toHaveProperty('platform');
  });

  it('with any value in any field is accepted, or refused in one of the three shapes', async () => {
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

describe('the stack after hostile bodies', () => {
  it('has no function that failed, and no log with the API key', async () => {
    await client.expectUnharmed();
  });
});
