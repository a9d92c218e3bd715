import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKalends } from '../../../clients/typescript/src/index.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Operation {
  operationId: string;
  parameters?: { in: string; name: string }[];
}
const { paths } = JSON.parse(read('clients/openapi.json')) as { paths: Record<string, Record<string, Operation>> };
const python = read('clients/python/src/kalends/client.py');
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Every function of the TypeScript client, as `calendars.create`. */
const functions = Object.entries(createKalends({ url: 'http://kalends', apiKey: 'key' })).flatMap(([group, entry]) =>
  typeof entry === 'function' ? [group] : Object.keys(entry).map((name) => `${group}.${name}`),
);

describe('The clients', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('take the parameters of every list', async () => {
    const asked = new Set<string>();
    const send: typeof fetch = (url) => {
      const { pathname, searchParams } = new URL(url instanceof Request ? url.url : url);
      if (searchParams.get('limit') === '1') asked.add(pathname.replace('/an-id', '/{id}'));
      return Promise.resolve(Response.json({ next: null, previous: null, results: [] }));
    };
    const kalends = createKalends({ url: 'http://kalends', apiKey: 'key', fetch: send });
    type Call = (...args: unknown[]) => Promise<unknown> | { first: () => Promise<unknown> };
    for (const name of functions) {
      const [group = '', own] = name.split('.');
      const entry = kalends[group as keyof typeof kalends] as Call | Record<string, Call>;
      const call = typeof entry === 'function' ? entry : entry[own ?? ''];
      const answer = call?.length === 1 ? call({ limit: 1 }) : call?.('an-id', { limit: 1 });
      await (answer && 'first' in answer ? answer.first() : answer);
    }
    const limited = Object.entries(paths).filter(([, { get }]) =>
      get?.parameters?.some(({ name }) => name === 'limit'),
    );
    expect(limited.map(([path]) => path).filter((path) => !asked.has(path))).toEqual([]);
  });

  it('take the parameters of the operation that they call: TypeScript', () => {
    const text = read('clients/typescript/src/kalends.ts');
    const call = /QueryOf<'(\w+)'>\) =>\s+\w+<\w+>\((?:'([\w/]+)'|at\(([^)]*)\))/g;
    const called = [...text.matchAll(call)].map(([, type, path, parts = '']) => {
      const below = parts.replaceAll(/(?:, )?(?:'(\w+)'|\w+)/g, (_part, name?: string) => `/${name ?? '{id}'}`);
      return [type, `/api/v1${path ?? below}`];
    });
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap(({ operationId, parameters = [] }) =>
        parameters.some((one) => one.in === 'query') ? [[operationId, path]] : [],
      ),
    );
    expect(new Set(called.map(String))).toEqual(new Set(operations.map(String)));
  });

  it('are described with all their functions, which have the same names in both languages', () => {
    const page = read('docs/use/clients.md');
    const described = [...page.matchAll(/^\| `(?<group>\w+)` \| (?<names>`.*`) \|/gm)].flatMap(({ groups }) =>
      [...(groups?.['names'] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) =>
        groups?.['group'] === name ? name : `${groups?.['group']}.${name}`,
      ),
    );
    expect(new Set(described)).toEqual(new Set(functions));
    const names = new Set([...python.matchAll(/def (\w+)\(\s*self/g)].map(([, name]) => name));
    expect(functions.filter((name) => !names.has(snake(name.split('.').at(-1) ?? '')))).toEqual([]);
  });

  it('take address and key from the environment, and say what is missing', () => {
    for (const name of ['KALENDS_URL', 'KALENDS_API_KEY']) vi.stubEnv(name, '');
    expect(() => createKalends()).toThrow('Give createKalends a url, or set KALENDS_URL');
    vi.stubEnv('KALENDS_URL', 'http://kalends');
    expect(() => createKalends()).toThrow('Give createKalends an apiKey, or set KALENDS_API_KEY');
    vi.stubEnv('KALENDS_API_KEY', 'key');
    expect(createKalends().bots).toBeDefined();
  });
});
