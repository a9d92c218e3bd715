import { beforeAll, describe, expect, it } from 'vitest';
import { useApiClient, useStack } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  const?: string;
  items?: Schema;
};
type Parameter = { in: string; name: string; schema: Schema; explode?: boolean };
type Kind = 'choice' | 'comma list' | 'number' | 'time' | 'cursor' | 'text';

const stack = useStack();
const api = useApiClient(stack);
const found: { method: string; path: string; name: string; kind: Kind; values: string[] }[] = [];
const ids: Record<string, string> = {};

const span = { from: '2026-11-28T00:00:00Z', to: '2026-11-29T00:00:00Z' };
/** What the operation needs beside the parameter. */
const companions: Record<string, Record<string, string>> = {
  '/api/v1/free_busy': { ...span, calendar_ids: 'cal_none' },
};
const calendar = { platform: 'google', client_id: 'a', client_secret: 'b', refresh_token: 'c' };
/** One of the two has to be given. */
const needed = new Set(['/api/v1/free_busy calendar_ids', '/api/v1/free_busy attendees']);

beforeAll(async () => {
  const user = stack.simulate('google');
  user.insert('Planning', 1);
  ids['calendars'] = await stack.connect(user);
  const app = { tenant: 'contoso.com', client_id: 'app', client_secret: 'secret' };
  const create = async (path: string, json: object) =>
    (await api.call<{ id: string }>('POST', `/api/v1${path}`, { json })).body.id;
  ids['organization_connections'] = await create('/organization_connections', {
    platform: 'microsoft',
    microsoft: app,
  });
  ids['webhooks'] = await create('/webhooks', { url: 'http://127.0.0.1:9/', triggers: ['*'], is_active: false });
  const events = () => api.call<{ results: { id: string }[] }>('GET', '/api/v1/calendar_events');
  await waitUntil(async () => (await events()).body.results.length > 0);
  ids['calendar_events'] = (await events()).body.results[0]?.id ?? '';

  const { body: document } = await api.call<{
    paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  }>('GET', '/openapi.json');
  const resolve = (schema: Schema): Schema => {
    const parts = schema.$ref?.slice(2).split('/');
    // oxlint-disable-next-line typescript/no-explicit-any -- a pointer leads to anything
    return parts ? resolve(parts.reduce((at: any, part) => at[part], document)) : schema;
  };
  for (const [template, operations] of Object.entries(document.paths)) {
    for (const [method, { parameters = [] }] of Object.entries(operations)) {
      for (const { name, schema, explode } of parameters.filter((one) => one.in === 'query')) {
        const whole = resolve(schema);
        const one = whole.items ? resolve(whole.items) : whole;
        const words = one.enum ?? (one.const === undefined ? [] : [one.const]);
        const values = one.type === 'boolean' ? ['true', 'false'] : words;
        const isClosed = values.length > 0;
        const kind =
          one.type === 'integer'
            ? 'number'
            : isClosed
              ? explode === false
                ? 'comma list'
                : 'choice'
              : one.format === 'date-time'
                ? 'time'
                : name === 'cursor'
                  ? 'cursor'
                  : 'text';
        const path = template.replace(/(\w+)\/\{id\}/, (_, list: string) => `${list}/${ids[list]}`);
        found.push({ method, path, name, kind, values: kind === 'number' ? ['1', '100'] : values });
      }
    }
  }
});

const ask = async ({ method, path, name }: { method: string; path: string; name: string }, value: string) => {
  const given = name === 'attendees' ? span : companions[path];
  const query = new URLSearchParams({ ...given, [name]: value }).toString();
  const request = method === 'post' ? { json: calendar } : {};
  const { status, body } = await api.call(method.toUpperCase(), `${path}?${query}`, request);
  return { status, body: body as { error?: string; results?: unknown[] } };
};
const of = (...kinds: Kind[]) => found.filter(({ kind }) => kinds.includes(kind));

describe('A query parameter', () => {
  it('is of a known kind, and each kind is there', () => {
    const counts = Object.groupBy(found, ({ kind }) => kind);
    expect(Object.keys(counts).sort()).toEqual(['choice', 'comma list', 'cursor', 'number', 'text', 'time']);
    expect(found.length).toBeGreaterThan(50);
    expect(found.filter(({ path }) => /[{]|undefined/.test(path))).toEqual([]);
  });

  it('with a closed list takes its values, and refuses every other one, also an empty one', async () => {
    const wrong: unknown[] = [];
    for (const parameter of of('choice', 'comma list', 'number')) {
      const { method, path, name, kind, values } = parameter;
      const [first = ''] = values;
      const bad = ['', ' ', 'nonsense', `${first} `, `${first}!`, ...(kind === 'number' ? ['0', '101'] : [])];
      if (kind !== 'number') bad.push(first.toUpperCase());
      bad.push(kind === 'comma list' ? `${first},` : `${first},${first}`);
      for (const value of bad) {
        const { status, body } = await ask(parameter, value);
        if (status === 400 && body.error?.startsWith(`Invalid ${name}.`)) continue;
        wrong.push({ method, path, name, value, status, body });
      }
      for (const value of values) {
        const { status, body } = await ask(parameter, value);
        // The token of the body is refused where it is verified.
        if (method === 'post' ? body.error === undefined : status === 200) continue;
        wrong.push({ method, path, name, value, status, body });
      }
    }
    expect(wrong).toEqual([]);
  });

  it('that is empty is a bad time, the first page, or an id that matches nothing', async () => {
    const wrong: unknown[] = [];
    for (const parameter of of('time', 'cursor', 'text')) {
      const { path, name, kind } = parameter;
      const { status, body } = await ask(parameter, '');
      const isRefused = (kind === 'time' && name !== 'updated_at_gte') || needed.has(`${path} ${name}`);
      const isRight = isRefused ? status === 400 : status === 200 && (kind !== 'text' || body.results?.length === 0);
      if (!isRight) wrong.push({ path, name, status, body });
    }
    expect(wrong).toEqual([]);
  });
});
