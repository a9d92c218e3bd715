import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { version } from '../../../shared/platform/version.ts';
import { createApiKey, createProject } from '../../../shared/projects/create-project.ts';
import { revokeApiKey } from '../../../shared/projects/project-store.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

const v1 = '/api/v1';

let stack: TestStack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack();
  api = await createApiClient(stack.local);
});
afterAll(() => stack?.close());

const get = async (method: string, path: string, options?: Parameters<ApiClient['call']>[2]) => {
  const { status, body } = await api.call(method, path, options);
  return { status, body };
};

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
        const {
          parameters = [],
          responses,
          requestBody,
        } = operation as typeof operation & {
          parameters?: { name: string; in: string; required?: boolean; schema: object }[];
          requestBody?: object;
        };
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(named);
        expect(inPath.every(({ required }) => required)).toBe(true);
        expect(parameters.every(({ schema }) => typeof schema === 'object')).toBe(true);
        expect(new Set(parameters.map((parameter) => parameter.in + parameter.name)).size).toBe(parameters.length);
        expect(Object.keys(responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true);
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
        const hasBody = ['patch', 'put'].includes(method) || (method === 'post' && !path.startsWith('/push/'));
        expect(requestBody !== undefined).toBe(hasBody);
      }
    }
  });

  it('has schemas a strict validator compiles', () => expect(() => api.validator.compileAll()).not.toThrow());

  it('says what a request must have', () => {
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
    ]);
    expect(schema.properties.client_id).toMatchObject({ type: 'string', minLength: 1, maxLength: 255 });
    expect(schema.properties.platform).toMatchObject({ type: 'string', enum: ['google', 'microsoft'] });
    expect(schema.properties.metadata).toMatchObject({ type: 'object', minProperties: 1 });
    expect(requestSchemaOf('/calendars/{id}', 'patch').required ?? []).toEqual([]);
  });

  const requestSchemaOf = (path: string, method: string) => {
    const operation = api.document.paths[`${v1}${path}`]?.[method] as unknown as {
      requestBody: { content: Record<string, { schema: { required?: string[]; properties: Record<string, object> } }> };
    };
    const schema = operation.requestBody.content['application/json']?.schema;
    if (!schema) throw new Error('no schema of the request');
    return schema;
  };

  it('is kept by every operation', async () => {
    const table = openStackTable(stack.local);
    const calendar = await seedCalendar(table, stack.local.projectId);
    const now = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
    const [event] = await seedEvents(table, calendar, [{ start_time: now, end_time: now, created_at: now }]);
    table.client.destroy();
    const url = 'https://example.com/hook';
    const created = await api.call('POST', `${v1}/webhooks`, { json: { url, triggers: ['calendar.events_update'] } });
    const webhook = `${v1}/webhooks/${String(created.body.id)}`;
    const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
    // Every answer is held against the document by the client; one that differs throws.
    expect(created.status).toBe(201);
    expect((await get('GET', '/health')).body).toEqual({ status: 'ok', version });
    expect((await get('GET', '/openapi.json')).status).toBe(200);
    expect((await get('POST', `${v1}/calendars`, { json: { platform: 'google', ...secrets } })).status).toBe(201);
    expect((await get('GET', `${v1}/calendars`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendars/${calendar.id}`)).status).toBe(200);
    expect((await get('PATCH', `${v1}/calendars/${calendar.id}`, { json: {} })).status).toBe(200);
    expect((await get('GET', `${v1}/calendars/${calendar.id}/syncs`)).status).toBe(200);
    expect((await get('POST', `${v1}/calendars/${calendar.id}/sync`)).status).toBe(202);
    expect((await get('GET', `${v1}/calendars/${calendar.id}/health`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_changes`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events/${event?.id}`)).status).toBe(200);
    expect((await get('GET', `${v1}/calendar_events/${event?.id}/bot_decision`)).status).toBe(200);
    expect((await get('GET', `${v1}/bot_rules`)).status).toBe(200);
    expect((await get('PUT', `${v1}/bot_rules`, { json: { rules: [{ action: 'join' }] } })).status).toBe(200);
    expect((await get('GET', `${v1}/bot_rules/dry_run`)).status).toBe(200);
    expect((await get('DELETE', `${v1}/calendars/${calendar.id}`)).status).toBe(200);
    const join_at = new Date(stack.local.now() + 3_600_000).toISOString();
    const meeting_url = 'https://zoom.us/j/5551112222';
    const bot = await api.call('POST', `${v1}/bots`, { json: { meeting_url, join_at, bot_name: 'a' } });
    const botPath = `${v1}/bots/${String(bot.body.id)}`;
    expect(bot.status).toBe(201);
    expect((await get('GET', `${v1}/bots`)).status).toBe(200);
    expect((await get('GET', botPath)).status).toBe(200);
    expect((await get('PATCH', botPath, { json: {} })).status).toBe(200);
    expect((await get('POST', `${botPath}/state`, { json: { state: 'ended' } })).status).toBe(400);
    expect((await get('DELETE', botPath)).status).toBe(200);
    expect((await get('GET', `${v1}/bot_settings`)).status).toBe(200);
    expect((await get('PATCH', `${v1}/bot_settings`, { json: {} })).status).toBe(200);
    expect((await get('POST', '/push/attendee/proj_x', { apiKey: null })).status).toBe(204);
    expect((await get('GET', `${v1}/webhooks`)).status).toBe(200);
    expect((await get('GET', webhook)).status).toBe(200);
    expect((await get('PATCH', webhook, { json: { triggers: ['calendar.state_change'] } })).status).toBe(200);
    expect((await get('POST', `${webhook}/rotate_secret`)).status).toBe(200);
    const tested = await api.call('POST', `${webhook}/test`);
    expect(tested.status).toBe(202);
    const delivery = `${webhook}/deliveries/${String(tested.body.id)}`;
    expect((await get('GET', `${webhook}/deliveries`)).status).toBe(200);
    expect((await get('POST', `${delivery}/redeliver`)).status).toBe(202);
    const wanted = { since: '2026-01-01', only: 'missing' };
    expect((await get('POST', `${webhook}/replay`, { json: wanted })).status).toBe(202);
    expect((await get('DELETE', webhook)).status).toBe(200);
    expect((await get('POST', '/push/google', { apiKey: null })).status).toBe(204);
    expect((await get('POST', '/push/microsoft', { apiKey: null })).status).toBe(202);
    expect((await get('POST', '/push/microsoft/lifecycle', { apiKey: null })).status).toBe(202);
    expect(api.validator.operationIds.filter((id) => !api.validator.called.has(id))).toEqual([]);
  });
});

describe('the service', () => {
  it('tells how it is, and describes itself, without a key', async () => {
    expect(await get('GET', '/health', { apiKey: null })).toEqual({ status: 200, body: { status: 'ok', version } });
    expect((await get('GET', '/openapi.json', { apiKey: null })).status).toBe(200);
  });

  it.each([
    '/',
    '/api',
    v1,
    `${v1}/`,
    `${v1}/bot`,
    `${v1}/calendars/`,
    `${v1}/calendars/a/b`,
    `${v1}//calendars`,
    '/Health',
    '/api/v2/calendars',
    '/push',
    '/push/apple',
  ])('knows no %s, key or not', async (path) => {
    for (const apiKey of [null, 'wrong', stack.local.apiKey]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(await get(method, path, { apiKey })).toEqual({ status: 404, body: { error: 'Not found' } });
      }
    }
  });

  it.each([
    ['PUT', `${v1}/calendars`],
    ['PATCH', `${v1}/calendars`],
    ['DELETE', `${v1}/calendars`],
    ['OPTIONS', `${v1}/calendars`],
    ['PUT', `${v1}/calendars/cal_0000000000000000`],
    ['POST', `${v1}/calendars/cal_0000000000000000`],
    ['POST', `${v1}/calendar_events`],
    ['POST', `${v1}/bot_rules`],
    ['DELETE', `${v1}/bot_rules`],
    ['PUT', `${v1}/bot_rules/dry_run`],
    ['DELETE', `${v1}/calendar_events/evt_0000000000000000`],
  ])('allows no %s of %s', async (method, path) => {
    const answer = await api.call(method, path, { headers: { 'content-type': 'text/plain' } });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 405,
      body: { detail: `Method "${method}" not allowed.` },
    });
    expect(answer.headers.get('allow')).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
    expect((await get(method, path, { apiKey: null })).status).toBe(401);
    expect((await get(method, path, { apiKey: 'wrong' })).status).toBe(401);
  });

  it('allows no other method of what is open, to anyone', async () => {
    const answer = { status: 405, body: { detail: 'Method "POST" not allowed.' } };
    expect(await get('POST', '/health', { apiKey: null })).toEqual(answer);
    expect((await get('GET', '/push/google', { apiKey: null })).status).toBe(405);
  });
});

describe('a key', () => {
  const protectedCalls = [
    ['GET', '/calendars'],
    ['POST', '/calendars'],
    ['GET', '/calendars/x'],
    ['PATCH', '/calendars/x'],
    ['DELETE', '/calendars/x'],
    ['GET', '/calendar_events'],
    ['GET', '/calendar_events/x'],
    ['GET', '/calendar_events/x/bot_decision'],
    ['GET', '/bot_rules'],
    ['PUT', '/bot_rules'],
    ['GET', '/bot_rules/dry_run'],
    ['GET', '/webhooks'],
    ['POST', '/webhooks'],
    ['GET', '/webhooks/x'],
    ['PATCH', '/webhooks/x'],
    ['DELETE', '/webhooks/x'],
    ['POST', '/webhooks/x/rotate_secret'],
    ['POST', '/webhooks/x/test'],
    ['GET', '/webhooks/x/deliveries'],
    ['POST', '/webhooks/x/deliveries/x/redeliver'],
    ['POST', '/webhooks/x/replay'],
  ] as const;
  it.each(protectedCalls)('is asked for by %s %s, whatever the request', async (method, path) => {
    const wrongForm = 'Invalid Authorization header. Should have this format: Token <api_key>';
    const cases: [Record<string, string>, string][] = [
      [{}, 'Missing Authorization header'],
      [{ authorization: stack.local.apiKey }, wrongForm],
      [{ authorization: `Bearer ${stack.local.apiKey}` }, wrongForm],
      [{ authorization: 'Token' }, wrongForm],
      [{ authorization: `Token ${stack.local.apiKey} x` }, wrongForm],
      [{ authorization: 'Token wrong' }, 'Invalid or disabled API key'],
      [{ authorization: `Token ${stack.local.apiKey.toUpperCase()}` }, 'Invalid or disabled API key'],
    ];
    for (const [headers, detail] of cases) {
      const raw = ['POST', 'PUT', 'PATCH'].includes(method) ? { raw: '{' } : {};
      const answer = await api.call(method, `${v1}${path}?ordering=bad&cursor=bad`, { ...raw, headers, apiKey: null });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 401, body: { detail } });
      expect(answer.headers.get('www-authenticate')).toBe('Token');
    }
  });

  it.each(['Token', 'token', 'TOKEN'])('is taken after the word %s', async (word) => {
    const headers = { authorization: `${word} ${stack.local.apiKey}` };
    expect((await get('GET', `${v1}/calendars`, { headers, apiKey: null })).status).toBe(200);
  });

  it('is worth nothing once it is revoked, while another of the project still is', async () => {
    const table = openStackTable(stack.local);
    const deps = { table, clock: createClock() };
    const { projectId, apiKey } = await createProject(deps, 'revoked');
    const second = await createApiKey(deps, projectId, 'second');
    expect((await get('GET', `${v1}/calendars`, { apiKey: second.apiKey })).status).toBe(200);
    await revokeApiKey(table, projectId, second.key.id);
    expect(await get('GET', `${v1}/calendars`, { apiKey: second.apiKey })).toEqual({
      status: 401,
      body: { detail: 'Invalid or disabled API key' },
    });
    expect((await get('GET', `${v1}/calendars`, { apiKey })).status).toBe(200);
    table.client.destroy();
  });
});

describe('a body', () => {
  it.each([
    ['null', ['No data provided']],
    ['[]', ['Invalid data. Expected a dictionary, but got list.']],
    ['"a"', ['Invalid data. Expected a dictionary, but got str.']],
    ['1', ['Invalid data. Expected a dictionary, but got int.']],
    ['1.5', ['Invalid data. Expected a dictionary, but got float.']],
    ['true', ['Invalid data. Expected a dictionary, but got bool.']],
  ])('that is no object is refused: %s', async (raw, non_field_errors) => {
    expect(await get('POST', `${v1}/calendars`, { raw })).toEqual({ status: 400, body: { non_field_errors } });
  });

  it.each(['{', '{"a":1,}', "{'a':1}", '\ufeff{}', 'NaN', ' '])('that is no JSON is refused: %j', async (raw) => {
    expect(await get('POST', `${v1}/calendars`, { raw })).toEqual({
      status: 400,
      body: { detail: expect.stringMatching(/^JSON parse error - ./) },
    });
  });

  it.each([
    'text/plain; charset=utf-8',
    'application/x-www-form-urlencoded',
    'application/json5',
    'multipart/form-data',
    '*/*',
  ])('of another type is refused: %s', async (type) => {
    const headers = { 'content-type': type };
    expect(await get('POST', `${v1}/calendars`, { raw: '{}', headers })).toEqual({
      status: 415,
      body: { detail: `Unsupported media type "${type}" in request.` },
    });
  });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=latin1',
  ])('is read as JSON: %s', async (type) => {
    expect((await get('POST', `${v1}/calendars`, { raw: '[]', headers: { 'content-type': type } })).body).toEqual({
      non_field_errors: ['Invalid data. Expected a dictionary, but got list.'],
    });
  });

  it('that is empty needs no type', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await get('POST', `${v1}/calendars`, { headers })).body).toHaveProperty('platform');
  });
});
