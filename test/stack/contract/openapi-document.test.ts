import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { version } from '../../../shared/platform/version.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const v1 = '/api/v1';

const stack = useStack();
const api = useApiClient(stack);

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

  it('is satisfied by the answer of every operation', async () => {
    const calendar = await seedCalendar(stack.table, stack.local.projectId);
    const now = timestampOf(Date.parse('2026-05-01T00:00:00Z'), 1);
    const [event] = await seedEvents(stack.table, calendar, [{ start_time: now, end_time: now, created_at: now }]);
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
    expect((await get('GET', `${v1}/calendar_events/${event?.id}/meeting_links`)).status).toBe(200);
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
