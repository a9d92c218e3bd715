import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { version } from '../../../shared/platform/version.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const v1 = '/api/v1';

const stack = useStack();
const api = useApiClient(stack);

interface Media {
  schema: object;
  example: unknown;
}
interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

const operationAt = (method: string, path: string): Operation => {
  const operation = api.document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`no operation ${method} ${path}`);
  return operation;
};
/** The example of a request, which the API must accept as it is. */
const exampleOf = (method: string, path: string): Record<string, unknown> =>
  operationAt(method, `${v1}${path}`).requestBody?.content['application/json']?.example as Record<string, unknown>;

/** Properties of an object, and of the first row of a list. */
function shapeOf(body: unknown): object {
  const object = body as { results?: object[] };
  const [row] = object.results ?? [];
  return { properties: Object.keys(object).sort(), ...(row && { row: Object.keys(row).sort() }) };
}

/** Calls an operation. An answer must have the properties of the operation's example. */
const get = async (method: string, path: string, options?: Parameters<ApiClient['call']>[2]) => {
  const { status, body } = await api.call(method, path, options);
  const operation = Object.entries(api.document.paths)
    .filter(([template]) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .map(([, methods]) => methods[method.toLowerCase()] as unknown as Operation)
    .at(0);
  const example = operation?.responses[status]?.content?.['application/json']?.example;
  const isComparable = example !== undefined && body !== undefined && path !== '/openapi.json';
  if (isComparable) expect([path, shapeOf(body)]).toMatchObject([path, withoutRow(shapeOf(example), body)]);
  return { status, body };
};
/** An empty list has no row to compare. */
const withoutRow = ({ row, ...shape }: { row?: unknown }, body: unknown): object =>
  (body as { results?: object[] }).results?.length === 0 ? shape : { ...shape, ...(row !== undefined && { row }) };

describe('the OpenAPI document', () => {
  it('is of version 3.1 and describes every operation in full', () => {
    const { openapi, info, paths, components } = api.document as typeof api.document & {
      components: { securitySchemes: object };
    };
    expect(openapi).toMatch(/^3\.1\.\d+$/);
    expect(info).toMatchObject({ title: 'Kalends', version });
    const schemes = Object.keys(components.securitySchemes);
    expect(api.document.security).toEqual(schemes.map((name) => ({ [name]: [] })));

    const ids = api.validator.operationIds;
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, operations] of Object.entries(paths)) {
      expect(path).toMatch(/^\/[\w/{}.]*[\w}]$/);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(operations)) {
        expect(method).toMatch(/^(get|post|put|patch|delete)$/);
        const { parameters = [], responses } = operation as typeof operation & {
          parameters?: { name: string; in: string; required?: boolean; schema: object }[];
        };
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(named);
        expect(inPath.every(({ required }) => required)).toBe(true);
        expect(Object.keys(responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true);
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
      }
    }
  });

  it('has schemas that a strict validator compiles', () => expect(() => api.validator.compileAll()).not.toThrow());

  it('describes the required and optional fields of a request', () => {
    const schema = requestSchemaOf('/calendars', 'post');
    expect(schema.required?.toSorted()).toEqual(['client_id', 'client_secret', 'platform', 'refresh_token']);
    expect(Object.keys(schema.properties).sort()).toEqual([
      'client_id',
      'client_secret',
      'deduplication_key',
      'metadata',
      'platform',
      'platform_uuid',
      'refresh_token',
      'sync_window',
    ]);
    expect(schema.properties.client_id).toMatchObject({ type: 'string', minLength: 1, maxLength: 255 });
    expect(schema.properties.platform).toMatchObject({ $ref: '#/components/schemas/Platform' });
    expect(componentAt('Platform')).toMatchObject({ type: 'string', enum: ['google', 'microsoft'] });
    expect(schema.properties.metadata).toMatchObject({ $ref: '#/components/schemas/Metadata' });
    expect(componentAt('Metadata')).toMatchObject({ type: 'object', minProperties: 1 });
    expect(requestSchemaOf('/calendars/{id}', 'patch').required ?? []).toEqual([]);
  });

  interface Schema {
    required?: string[];
    properties: Record<string, object>;
  }
  const componentAt = (reference: unknown): Schema => {
    const { schemas } = api.document['components'] as { schemas: Record<string, Schema> };
    const schema = schemas[String(reference).replace('#/components/schemas/', '')];
    if (!schema) throw new Error(`no schema ${String(reference)}`);
    return schema;
  };
  const requestSchemaOf = (path: string, method: string): Schema => {
    const { schema } = operationAt(method, `${v1}${path}`).requestBody?.content['application/json'] ?? {};
    return componentAt((schema as { $ref: string }).$ref);
  };

  it('is satisfied by the answer of every operation', async () => {
    const calendar = await seedCalendar(stack.table, stack.local.projectId);
    const now = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
    const [event] = await seedEvents(stack.table, calendar, [{ start_time: now, end_time: now, created_at: now }]);
    const created = await get('POST', `${v1}/webhooks`, { json: exampleOf('POST', '/webhooks') });
    const webhook = `${v1}/webhooks/${String(created.body.id)}`;
    // Every answer is held against the document by the client; one that differs throws.
    expect(created.status).toBe(201);
    expect((await get('GET', '/health')).body).toEqual({ status: 'ok', version });
    expect((await get('GET', '/openapi.json')).status).toBe(200);
    const policy = exampleOf('PUT', '/content_policy');
    expect((await get('PUT', `${v1}/content_policy`, { json: policy })).body).toEqual(policy);
    expect((await get('GET', `${v1}/content_policy`)).body).toEqual(policy);
    const span = 'from=2026-05-01&to=2026-05-02';
    expect((await get('GET', `${v1}/free_busy?calendar_ids=${calendar.id}&${span}`)).status).toBe(200);
    expect((await get('POST', `${v1}/calendars`, { json: exampleOf('POST', '/calendars') })).status).toBe(201);
    const accounts = (await get('GET', `${v1}/accounts`)).body as { results?: { id: string }[] };
    const accountPath = `${v1}/accounts/${accounts.results?.at(0)?.id}`;
    expect((await get('GET', accountPath)).status).toBe(200);
    expect((await get('PATCH', accountPath, { json: exampleOf('PATCH', '/accounts/{id}') })).status).toBe(200);

    const {
      clientId: client_id,
      clientSecret: client_secret,
      refreshToken: refresh_token,
    } = stack.simulate('google').account;
    const credentials = { platform: 'google', client_id, client_secret, refresh_token };
    const own = await get('POST', `${v1}/calendars`, { json: credentials });
    const ownPath = `${v1}/accounts/${String(own.body.account_id)}`;
    expect((await get('GET', `${ownPath}/calendars`)).status).toBe(200);
    expect((await get('PUT', `${ownPath}/selection`, { json: { selection: 'primary' } })).status).toBe(200);

    const app = await get('POST', `${v1}/oauth_apps`, { json: exampleOf('POST', '/oauth_apps') });
    const appPath = `${v1}/oauth_apps/${String(app.body.id)}`;
    expect((await get('GET', `${v1}/oauth_apps`)).status).toBe(200);
    expect((await get('GET', appPath)).status).toBe(200);
    expect((await get('PATCH', appPath, { json: exampleOf('PATCH', '/oauth_apps/{id}') })).status).toBe(200);
    const settings = exampleOf('PATCH', '/connect_settings');
    expect((await get('PATCH', `${v1}/connect_settings`, { json: settings })).body).toEqual(settings);
    expect((await get('GET', `${v1}/connect_settings`)).body).toEqual(settings);
    const wantedSession = { ...exampleOf('POST', '/connect_sessions'), oauth_app_id: app.body.id };
    const session = await get('POST', `${v1}/connect_sessions`, { json: wantedSession });
    expect((await get('GET', `${v1}/connect_sessions/${String(session.body.id)}`)).body.status).toBe('open');
    expect((await get('DELETE', appPath)).status).toBe(200);
    const connections = `${v1}/organization_connections`;
    const connected = await get('POST', connections, { json: exampleOf('POST', '/organization_connections') });
    const connection = `${connections}/${String(connected.body.id)}`;
    expect((await get('GET', connections)).status).toBe(200);
    expect((await get('GET', connection)).status).toBe(200);
    expect((await get('GET', `${connection}/failures`)).status).toBe(200);
    expect(
      (await get('PATCH', connection, { json: exampleOf('PATCH', '/organization_connections/{id}') })).status,
    ).toBe(200);
    expect((await get('DELETE', connection)).status).toBe(200);
    expect((await get('GET', `${v1}/calendars`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendars/${calendar.id}`)).status).toBe(200);
    expect(
      (await get('PATCH', `${v1}/calendars/${calendar.id}`, { json: exampleOf('PATCH', '/calendars/{id}') })).status,
    ).toBe(200);
    expect((await get('GET', `${v1}/calendars/${calendar.id}/syncs`)).status).toBe(200);
    expect((await get('POST', `${v1}/calendars/${calendar.id}/sync`)).status).toBe(202);
    expect((await get('GET', `${v1}/calendars/${calendar.id}/health`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_changes`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events/${event?.id}`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events/${event?.id}/meeting_links`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events/${event?.id}/bot_decision`)).status).toBe(200);
    expect((await get('GET', `${v1}/bot_rules`)).status).toBe(200);
    expect((await get('PUT', `${v1}/bot_rules`, { json: exampleOf('PUT', '/bot_rules') })).status).toBe(200);
    expect((await get('GET', `${v1}/bot_rules/dry_run`)).status).toBe(200);
    expect((await get('DELETE', `${v1}/calendars/${calendar.id}`)).status).toBe(200);
    const join_at = new Date(stack.local.now() + 3_600_000).toISOString();
    const bot = await get('POST', `${v1}/bots`, { json: { ...exampleOf('POST', '/bots'), join_at } });
    const botPath = `${v1}/bots/${String(bot.body.id)}`;
    expect(bot.status).toBe(201);
    expect((await get('GET', `${v1}/bots`)).status).toBe(200);
    expect((await get('GET', botPath)).status).toBe(200);
    expect((await get('PATCH', botPath, { json: exampleOf('PATCH', '/bots/{id}') })).status).toBe(200);
    expect((await get('POST', `${botPath}/state`, { json: exampleOf('POST', '/bots/{id}/state') })).status).toBe(400);
    expect((await get('DELETE', botPath)).status).toBe(200);
    expect((await get('GET', `${v1}/bot_settings`)).status).toBe(200);
    expect((await get('PATCH', `${v1}/bot_settings`, { json: exampleOf('PATCH', '/bot_settings') })).status).toBe(200);
    expect((await get('POST', '/push/attendee/proj_x', { apiKey: null })).status).toBe(204);
    expect((await get('GET', `${v1}/webhooks`)).status).toBe(200);
    expect((await get('GET', webhook)).status).toBe(200);
    expect((await get('PATCH', webhook, { json: exampleOf('PATCH', '/webhooks/{id}') })).status).toBe(200);
    expect(
      (await get('POST', `${webhook}/rotate_secret`, { json: exampleOf('POST', '/webhooks/{id}/rotate_secret') }))
        .status,
    ).toBe(200);
    const tested = await get('POST', `${webhook}/test`);
    expect(tested.status).toBe(202);
    const delivery = `${webhook}/deliveries/${String(tested.body.id)}`;
    expect((await get('GET', `${webhook}/deliveries`)).status).toBe(200);
    expect((await get('POST', `${delivery}/redeliver`)).status).toBe(202);
    const wanted = exampleOf('POST', '/webhooks/{id}/replay');
    expect((await get('POST', `${webhook}/replay`, { json: wanted })).status).toBe(202);
    expect((await get('DELETE', webhook)).status).toBe(200);
    expect((await get('DELETE', accountPath)).status).toBe(200);
    expect((await get('POST', '/push/google', { apiKey: null })).status).toBe(204);
    expect((await get('POST', '/push/microsoft', { apiKey: null })).status).toBe(202);
    expect((await get('POST', '/push/microsoft/lifecycle', { apiKey: null })).status).toBe(202);
    expect(api.validator.operationIds.filter((id) => !api.validator.called.has(id))).toEqual([]);
  });
});
