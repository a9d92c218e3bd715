import { describe, expect, it } from 'vitest';
import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  createKalends,
  NotFoundError,
  RateLimitError,
  ServerError,
  UnreadableAnswerError,
  ValidationError,
  verifyWebhook,
  WebhookVerificationError,
} from '../../../clients/typescript/src/index.ts';
import { encodeWebhook, signWebhook } from '../../../shared/webhooks/sign.ts';
import { clientOf, refusal } from '../../support/scripted-client.ts';
import { createNotification } from '../../support/webhook-fixtures.ts';

const zero = { 'retry-after': '0' };

describe('A request of the TypeScript client', () => {
  it('is sent again after failures that pass, a POST always under the same key', async () => {
    const { kalends, sent } = clientOf(new Error('reset'), refusal(503), refusal(429), Response.json({ id: 'cal_1' }));
    await kalends.calendars.sync('cal_1');
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(sent[0]?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
  });

  it('is sent again at the time that `Retry-After` names as a date', async () => {
    const past = refusal(503, {}, { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' });
    const { kalends, sent } = clientOf(past, Response.json({ id: 'cal_1' }));
    await kalends.calendars.sync('cal_1');
    expect(sent).toHaveLength(2);
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const later = clientOf(refusal(429, {}, { 'retry-after': date }));
    const error = await later.kalends.calendars.sync('cal_1').catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(RateLimitError);
    expect((error as RateLimitError).retryAfterSeconds).toBeGreaterThan(3590);
    expect(later.sent).toHaveLength(1);
  });

  it('waits as long as a 503 says', async () => {
    const busy = refusal(503, { detail: 'The service is busy.', error_id: 'e1' }, { 'retry-after': '1' });
    const { kalends, sent } = clientOf(busy, Response.json({ id: 'cal_1' }));
    const start = performance.now();
    await kalends.calendars.get('cal_1');
    expect(performance.now() - start).toBeGreaterThan(990);
    expect(sent).toHaveLength(2);
  });

  it('is not sent again for an object that cannot be read, whose 409 names no time', async () => {
    const unreadable = Response.json({ error: 'This object is stored, but cannot be read.' }, { status: 409 });
    const { kalends, sent } = clientOf(unreadable);
    await expect(kalends.calendars.get('cal_1')).rejects.toBeInstanceOf(ConflictError);
    expect(sent).toHaveLength(1);
    const updated = clientOf(refusal(409), Response.json({ id: 'cal_1' }));
    await updated.kalends.calendars.update('cal_1', { metadata: { a: 'b' } });
    expect(updated.sent).toHaveLength(2);
  });

  it.each(['', 'soon', '-5', '1e9', '2026-11-28'])(
    'whose `Retry-After` is %j is sent again after a pause',
    async (text) => {
      const { kalends, sent } = clientOf(refusal(429, {}, { 'retry-after': text }), Response.json({ id: 'cal_1' }));
      await kalends.calendars.sync('cal_1');
      expect(sent).toHaveLength(2);
    },
  );

  it('whose success is no JSON is an error at once, and names the request', async () => {
    const page = '<html>Sign in to the network</html>';
    const { kalends, sent } = clientOf(new Response(page, { headers: { 'apigw-requestid': 'Xb1=' } }));
    const error = await kalends.calendars.get('x').catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(UnreadableAnswerError);
    expect(error).toMatchObject({ status: 200, body: page, requestId: 'Xb1=' });
    expect(sent).toHaveLength(1);
  });

  it('that fails names the request, and what the log of the operator has', async () => {
    const headers = { 'apigw-requestid': 'Xb2=' };
    const five = Array.from({ length: 5 }, () => refusal(500, { detail: 'Internal error', error_id: 'e1' }, headers));
    const error = await clientOf(...five)
      .kalends.calendars.get('x')
      .catch((failed: unknown) => failed);
    expect(error).toMatchObject({ requestId: 'Xb2=', errorId: 'e1', message: '500: Internal error (request Xb2=)' });
    const busy = Array.from({ length: 5 }, () => refusal(503, { detail: 'Busy', error_id: 'e2' }));
    await expect(clientOf(...busy).kalends.calendars.get('x')).rejects.toMatchObject({ status: 503, errorId: 'e2' });
    const gateway = Array.from({ length: 5 }, () => new Response('<h1>502</h1>', { status: 502, headers: zero }));
    await expect(clientOf(...gateway).kalends.calendars.get('x')).rejects.toMatchObject({ errorId: null });
  });

  it.each([
    [400, { name: ['This field is required.'] }, ValidationError],
    [401, { detail: 'Invalid or disabled API key' }, AuthenticationError],
    [404, { error: 'Calendar not found' }, NotFoundError],
  ])('that is refused with %i is an error of its class at once', async (status, body, ErrorClass) => {
    const { kalends, sent } = clientOf(refusal(status, body));
    await expect(kalends.calendars.get('cal_1')).rejects.toBeInstanceOf(ErrorClass);
    expect(sent).toHaveLength(1);
  });

  it('has the texts of wrong fields in its error', async () => {
    const { kalends } = clientOf(refusal(400, { platform: ['This field is required.'] }));
    const error = await kalends.calendars.get('x').catch((refused: unknown) => refused);
    expect((error as ValidationError).fields).toEqual({ platform: ['This field is required.'] });
  });

  it('names the object that has a used key', async () => {
    const taken = refusal(400, { deduplication_key: ['It exists.'] }, { 'x-existing-id': 'cal_1' });
    const { kalends } = clientOf(taken, refusal(400));
    const body = { calendar_event_id: 'evt_1', bot_name: 'Notes' };
    await expect(kalends.bots.create(body)).rejects.toMatchObject({ existingId: 'cal_1' });
    await expect(kalends.bots.create(body)).rejects.toMatchObject({ existingId: null });
  });

  it('ends with the last failure after its retries, and at once when the pause is long', async () => {
    const five = Array.from({ length: 5 }, () => refusal(500, { detail: 'Internal error' }));
    const failing = clientOf(...five);
    await expect(failing.kalends.calendars.get('x')).rejects.toBeInstanceOf(ServerError);
    expect(failing.sent).toHaveLength(5);
    const throttled = clientOf(refusal(429, {}, { 'retry-after': '3600' }));
    await expect(throttled.kalends.calendars.get('x')).rejects.toMatchObject({ retryAfterSeconds: 3600 });
    expect(throttled.sent).toHaveLength(1);
    await expect(clientOf(refusal(429, {}, { 'retry-after': '3600' })).kalends.bots.get('x')).rejects.toBeInstanceOf(
      RateLimitError,
    );
  });

  it('without any answer is an error that names its cause', { timeout: 30_000 }, async () => {
    const { kalends } = clientOf(...Array.from({ length: 5 }, () => new Error('refused')));
    const error = await kalends.calendars.get('x').catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as ConnectionError).cause).toMatchObject({ message: 'refused' });
  });

  it('that deletes what an attempt without an answer has deleted succeeds', async () => {
    await expect(clientOf(new Error('reset'), refusal(404)).kalends.bots.delete('bot_1')).resolves.toBeUndefined();
    await expect(clientOf(refusal(404)).kalends.bots.delete('bot_1')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('follows no redirect, which would carry credentials to another address', async () => {
    const seen: (string | undefined)[] = [];
    const kalends = createKalends({
      url: 'https://kalends.example',
      apiKey: 'key',
      fetch: async (_url, init) => {
        seen.push(init?.redirect);
        return new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } });
      },
    });
    await expect(kalends.calendars.sync('cal_1')).rejects.toMatchObject({ status: 307 });
    expect(seen).toEqual(['manual']);
  });

  it('asks to be refused for a parameter that the API does not know', async () => {
    const { kalends, sent } = clientOf(refusal(503), refusal(404), Response.json({ id: 'cal_1' }));
    await expect(kalends.events.get('x')).rejects.toBeInstanceOf(NotFoundError);
    await kalends.calendars.sync('cal_1');
    expect(sent.map(({ headers }) => headers['prefer'])).toEqual(Array(3).fill('handling=strict'));
  });

  it('spells ids, times and lists as the API reads them', async () => {
    const { kalends, sent } = clientOf(refusal(404), Response.json({ next: null, previous: null, results: [] }));
    await kalends.events.get('../calendars').catch(() => undefined);
    await kalends.bots.list({ states: ['scheduled', 'staged'], join_at_after: new Date(0) }).first();
    expect(sent.map(({ url }) => url)).toEqual([
      'https://kalends.example/api/v1/calendar_events/..%2Fcalendars',
      'https://kalends.example/api/v1/bots?states=scheduled&states=staged&join_at_after=1970-01-01T00%3A00%3A00.000Z',
    ]);
  });
});

describe('verifyWebhook', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const { payload } = createNotification();
  const body = encodeWebhook(payload);
  const now = Date.now();
  const headers = signWebhook({ id: payload.idempotency_key, now, body }, [secret]);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { 'x-webhook-signature': legacy } = lower;

  it('returns what Kalends has signed, by either kind of signature', () => {
    expect(verifyWebhook({ secret, headers: lower, body })).toEqual(payload);
    expect(verifyWebhook({ secret: [other, secret], headers: new Headers(headers), body })).toEqual(payload);
    expect(verifyWebhook({ secret, headers: { 'x-webhook-signature': legacy }, body })).toEqual(payload);
    expect(verifyWebhook({ secret, headers: { 'X-Webhook-Signature': legacy }, body })).toEqual(payload);
  });

  it('takes names of headers in any case, and a body of any form', () => {
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(verifyWebhook({ secret, headers: upper, body })).toEqual(payload);
    const buffer = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
    for (const one of [body.toString(), buffer, new Uint8Array(buffer)]) {
      expect(verifyWebhook({ secret, headers: lower, body: one })).toEqual(payload);
    }
  });

  it('takes one of several signatures, as during a rotation', () => {
    const both = signWebhook({ id: payload.idempotency_key, now, body }, [other, secret]);
    expect(both['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const one of [secret, other]) expect(verifyWebhook({ secret: one, headers: both, body })).toEqual(payload);
  });

  it.each([
    ['another secret', { secret: other, headers: lower, body }],
    ['other bytes', { secret, headers: lower, body: Buffer.concat([body, Buffer.from(' ')]) }],
    ['an old one', { secret, headers: lower, body, now: now + 301_000 }],
    ['one from the future', { secret, headers: lower, body, now: now - 301_000 }],
    ['the id of another one', { secret, headers: { ...lower, 'webhook-id': 'other' }, body }],
    [
      'a time that was changed',
      { secret, headers: { ...lower, 'webhook-timestamp': String(Math.floor(now / 1000) + 1) }, body },
    ],
    ['a signature of another version', { secret, headers: { ...lower, 'webhook-signature': `v2,${legacy}` }, body }],
    ['no headers', { secret, headers: {}, body }],
    ['an empty secret', { secret: 'whsec_', headers: lower, body }],
  ])('refuses %s', (_what, options) => {
    expect(() => verifyWebhook(options)).toThrow(WebhookVerificationError);
  });
});
