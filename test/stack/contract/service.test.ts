import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { version } from '../../../shared/platform/version.ts';
import { createApiKey } from '../../../shared/projects/create-project.ts';
import { revokeApiKey } from '../../../shared/projects/project-store.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const v1 = '/api/v1';

const stack = useStack();
const api = useApiClient(stack);

const get = async (method: string, path: string, options?: Parameters<ApiClient['call']>[2]) => {
  const { status, body } = await api.call(method, path, options);
  return { status, body };
};

describe('the service', () => {
  it('shows its health and its OpenAPI document without a key', async () => {
    expect(await get('GET', '/health', { apiKey: null })).toEqual({ status: 200, body: { status: 'ok', version } });
    expect((await get('GET', '/openapi.json', { apiKey: null })).status).toBe(200);
  });

  it('serves the docs site where it was built, and says how to build it elsewhere', async () => {
    const isBuilt = existsSync(join(import.meta.dirname, '../../../docs/dist'));
    for (const path of ['/docs', '/docs/']) {
      const root = await fetch(`${stack.local.url}${path}`, { redirect: 'manual' });
      expect([path, root.status, root.headers.get('location')]).toEqual([path, 302, '/docs/index.html']);
    }
    const page = await fetch(`${stack.local.url}/docs/index.html`);
    expect(page.status).toBe(isBuilt ? 200 : 404);
    expect(await page.text()).toContain(isBuilt ? '<h1' : 'npm run docs');
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
  ])('answers 404 for %s with and without a key', async (path) => {
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
  ])('does not allow %s of %s', async (method, path) => {
    const answer = await api.call(method, path, { headers: { 'content-type': 'text/plain' } });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 405,
      body: { detail: `Method "${method}" not allowed.` },
    });
    expect(answer.headers.get('allow')).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
    expect((await get(method, path, { apiKey: null })).status).toBe(401);
    expect((await get(method, path, { apiKey: 'wrong' })).status).toBe(401);
  });

  it('allows only the documented method of paths without a key', async () => {
    const answer = { status: 405, body: { detail: 'Method "POST" not allowed.' } };
    expect(await get('POST', '/health', { apiKey: null })).toEqual(answer);
    expect((await get('GET', '/push/google', { apiKey: null })).status).toBe(405);
  });
});

describe('the API key', () => {
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
  it.each(protectedCalls)('is checked first by %s %s', async (method, path) => {
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

  it.each(['Token', 'token', 'TOKEN'])('is accepted after the word %s', async (word) => {
    const headers = { authorization: `${word} ${stack.local.apiKey}` };
    expect((await get('GET', `${v1}/calendars`, { headers, apiKey: null })).status).toBe(200);
  });

  it('is refused once it is revoked, while another key of the project still works', async () => {
    const deps = { table: stack.table, clock: createClock() };
    const { projectId, apiKey } = await stack.createProject('revoked');
    const second = await createApiKey(deps, projectId, 'second');
    expect((await get('GET', `${v1}/calendars`, { apiKey: second.apiKey })).status).toBe(200);
    await revokeApiKey(stack.table, projectId, second.key.id);
    expect(await get('GET', `${v1}/calendars`, { apiKey: second.apiKey })).toEqual({
      status: 401,
      body: { detail: 'Invalid or disabled API key' },
    });
    expect((await get('GET', `${v1}/calendars`, { apiKey })).status).toBe(200);
  });
});

describe('a request body', () => {
  it.each([
    ['null', ['No data provided']],
    ['[]', ['Invalid data. Expected a dictionary, but got list.']],
    ['"a"', ['Invalid data. Expected a dictionary, but got str.']],
    ['1', ['Invalid data. Expected a dictionary, but got int.']],
    ['1.5', ['Invalid data. Expected a dictionary, but got float.']],
    ['true', ['Invalid data. Expected a dictionary, but got bool.']],
  ])('that is no JSON object is refused: %s', async (raw, non_field_errors) => {
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
  ])('of another media type is refused: %s', async (type) => {
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

  it('that is empty needs no media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await get('POST', `${v1}/calendars`, { headers })).body).toHaveProperty('platform');
  });
});
