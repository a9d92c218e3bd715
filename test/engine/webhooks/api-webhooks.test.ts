import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../shared/http/authenticate.ts';
import { createApi } from '../../../shared/http/create-api.ts';
import { AppError } from '../../../shared/platform/app-error.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { listWebhooks } from '../../../shared/webhooks/endpoint-store.ts';
import { createdWebhookSchema, webhookListSchema, webhookSchema } from '../../../shared/webhooks/webhook.api.ts';
import { webhookRoutes } from '../../../shared/webhooks/webhook-routes.api.ts';
import { createWebhookOperations } from '../../../shared/webhooks/webhooks.api.ts';
import { freeLimiter } from '../../support/free-limiter.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { useStack } from '../../support/use-stack.ts';
import { plainEnvelope } from '../../support/webhook-fixtures.ts';

const stack = useStack();

const refuse = (_projectId: string, limit: string) => new AppError('throttled', 'Too many.', { limit });

/** The operations for two new projects, with the keys `one` and `two`. */
function createService({ allowLoopback = false } = {}) {
  const projects = { one: randomId('proj'), two: randomId('proj') };
  const projectKeys = new Map(Object.entries(projects).map(([key, id]) => [hashKey(key), id]));
  const operations = createWebhookOperations({
    table: stack.table,
    queue: { send: () => Promise.resolve() },
    envelope: plainEnvelope,
    clock: createClock(),
    retentionDays: 30,
    newId: randomUUID,
    urlRules: { allowLoopback, ports: [443] },
    signingSecret: 'test-signing-secret',
    tickQueue: { sendScans: () => Promise.resolve() },
    limiter: { ...freeLimiter, limitOf: () => Promise.resolve(5), refuse },
  });
  const api = createApi(
    {
      logger: silentLogger,
      findProjectByKeyHash: (hash) => Promise.resolve(projectKeys.get(hash) ?? null),
    },
    webhookRoutes,
    operations,
  );
  const call = async (method: string, path: string, { key = 'one', body }: { key?: string; body?: unknown } = {}) => {
    const id = path.split('/')[4];
    const event = {
      routeKey: `${method} /api/v1/webhooks${id ? '/{id}' : ''}`,
      rawPath: path,
      rawQueryString: '',
      headers: { authorization: `Token ${key}`, 'content-type': 'application/json' },
      pathParameters: id ? { id } : {},
      requestContext: { domainName: 'api.example.com' },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    const { statusCode, body: text } = await api(event, {} as Context);
    return { status: statusCode, body: text === '' ? '' : (JSON.parse(text) as unknown) };
  };
  return { call, projects, rows: () => listWebhooks(stack.table, projects.one) };
}

const base = '/api/v1/webhooks';
const valid = { url: 'https://example.com/hook', triggers: ['calendar.events_update'] };

describe('creating an endpoint', () => {
  it('answers with the endpoint and its secret, which no other answer shows', async () => {
    const { call, rows, projects } = createService();
    const { status, body } = await call('POST', base, { body: valid });
    expect(status).toBe(201);
    const created = createdWebhookSchema.parse(body);
    expect(created).toMatchObject({ ...valid, is_active: true, inactive_reason: null, inactive_since: null });
    expect(created.created_at).toBe(created.updated_at);
    const [row] = await rows();
    expect(row?.secrets).toEqual([{ sealed: `v1.webhook/${projects.one}/${created.id} ${created.secret}` }]);
    expect(created.signing_key).toBe(created.secret.slice('whsec_'.length));
    const { secret: _secret, signing_key: _key, ...shown } = created;
    expect(await call('GET', `${base}/${created.id}`)).toEqual({ status: 200, body: shown });
  });

  it('stores it inactive on request, and every trigger once', async () => {
    const { call } = createService();
    const triggers = ['calendar.state_change', 'calendar.events_update', 'calendar.state_change'];
    const { body } = await call('POST', base, { body: { ...valid, triggers, is_active: false } });
    expect(body).toMatchObject({ is_active: false, triggers: ['calendar.state_change', 'calendar.events_update'] });
  });

  it.each([
    [{}, { url: ['This field is required.'], triggers: ['This field is required.'] }],
    [
      { url: null, triggers: null, is_active: null },
      {
        url: ['This field may not be null.'],
        triggers: ['This field may not be null.'],
        is_active: ['This field may not be null.'],
      },
    ],
    [
      { url: ' ', triggers: [], is_active: 'true', more: 1 },
      {
        url: ['This field may not be blank.'],
        triggers: ['This list may not be empty.'],
        is_active: ['Must be a valid boolean.'],
      },
    ],
    [
      { url: {}, triggers: 'calendar.events_update' },
      { url: ['Not a valid string.'], triggers: ['Expected a list of items.'] },
    ],
    [
      { ...valid, url: `https://example.com/${'a'.repeat(2029)}` },
      { url: ['Ensure this field has no more than 2048 characters.'] },
    ],
    [{ ...valid, url: 'https://example.com/\0' }, { url: ['Null characters are not allowed.'] }],
    [{ ...valid, url: 'https://example.com/\ud800' }, { url: ['Surrogate characters are not allowed: U+D800.'] }],
    [{ ...valid, url: 5 }, { url: ['Enter a valid URL.'] }],
    [
      { ...valid, url: 'http://localhost:1/' },
      {
        url: [
          'The URL must start with https://.',
          'The URL must not point to a private or reserved address.',
          'The URL must use port 443.',
        ],
      },
    ],
    [
      { ...valid, triggers: ['apple', 'apple', null, 'calendar.state_change'] },
      { triggers: ['"apple" is not a valid choice.', 'This field may not be null.'] },
    ],
    [
      { ...valid, triggers: Array.from({ length: 101 }, () => 'a') },
      { triggers: ['Ensure this field has no more than 100 elements.'] },
    ],
    [
      { ...valid, foo: 1, bar: 2 },
      {
        non_field_errors: [
          'Unexpected field(s): bar, foo. Allowed fields are: filter, is_active, offsets_minutes, triggers, url',
        ],
      },
    ],
  ])('refuses %j', async (body, errors) => {
    const { call, rows } = createService();
    expect(await call('POST', base, { body })).toEqual({ status: 400, body: errors });
    expect(await rows()).toEqual([]);
  });

  it('stores a filter with any metadata, an empty key too', async () => {
    const { call } = createService();
    const filter = { metadata: { '': 'a', tenant: '' } };
    const { status, body } = await call('POST', base, { body: { ...valid, filter } });
    expect([status, (body as { filter: unknown }).filter]).toEqual([201, filter]);
    const target = `${base}/${(body as { id: string }).id}`;
    const changed = await call('PATCH', target, { body: { filter: { metadata: { '': 'b' } } } });
    expect([changed.status, (changed.body as { filter: unknown }).filter]).toEqual([200, { metadata: { '': 'b' } }]);
    expect((await call('GET', target)).body).toEqual(changed.body);
  });

  it('accepts plain http on loopback where the setting allows it', async () => {
    const { call } = createService({ allowLoopback: true });
    const { status } = await call('POST', base, { body: { ...valid, url: 'http://127.0.0.1:3000/hook' } });
    expect(status).toBe(201);
  });

  it('is refused beyond the limit of the project', async () => {
    const { call } = createService();
    for (let count = 0; count < 5; count += 1) await call('POST', base, { body: valid });
    expect(await call('POST', base, { body: valid })).toEqual({
      status: 429,
      body: { detail: 'Too many.', limit: 'webhooks' },
    });
    expect((await call('POST', base, { key: 'two', body: valid })).status).toBe(201);
  });
});

describe('endpoints', () => {
  it('are listed newest first on one page, without secrets, for their own project', async () => {
    const { call } = createService();
    const urls = ['https://example.com/1', 'https://example.com/2', 'https://example.com/3'];
    for (const url of urls) await call('POST', base, { body: { ...valid, url } });
    await call('POST', base, { key: 'two', body: valid });
    const { status, body } = await call('GET', base);
    expect(status).toBe(200);
    expect(webhookListSchema.parse(body).results.map(({ url }) => url)).toEqual(urls.reverse());
    expect(JSON.stringify(body)).not.toContain('whsec_');
  });

  it('are not found after they were deleted', async () => {
    const { call } = createService();
    const { id } = webhookSchema.parse((await call('POST', base, { body: valid })).body);
    expect(await call('DELETE', `${base}/${id}`)).toEqual({ status: 200, body: '' });
    const absent = { status: 404, body: { error: 'Webhook not found' } };
    expect(await call('GET', `${base}/${id}`)).toEqual(absent);
    expect(await call('DELETE', `${base}/${id}`)).toEqual(absent);
  });

  it('of another project are not found and cannot be deleted', async () => {
    const { call, rows } = createService();
    const { id } = webhookSchema.parse((await call('POST', base, { body: valid })).body);
    const absent = { status: 404, body: { error: 'Webhook not found' } };
    expect(await call('GET', `${base}/${id}`, { key: 'two' })).toEqual(absent);
    expect(await call('DELETE', `${base}/${id}`, { key: 'two' })).toEqual(absent);
    expect(await rows()).toHaveLength(1);
  });
});
