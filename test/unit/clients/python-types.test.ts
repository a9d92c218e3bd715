import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocBlock } from '../../support/read-doc-block.ts';
import { findGenerator } from '../../support/run-generator.ts';

const folder = join(import.meta.dirname, '../../../clients');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const [client, models] = [read('python/src/kalends/client.py'), read('python/src/kalends/models.py')];

interface Operation {
  operationId: string;
  requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
  parameters?: { in: string; name: string }[];
}
const { paths } = JSON.parse(read('openapi.json')) as { paths: Record<string, Record<string, Operation>> };

/** What each operation of the document takes: the type of its body, or that of its query. */
const taken = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { operationId, requestBody, parameters = [] }]) => {
    const at = `${method} ${path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '{}')}`;
    const body = requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
    if (body !== undefined) return [[at, body] as const];
    const hasQuery = method === 'get' && parameters.some((one) => one.in === 'query');
    return hasQuery ? [[at, `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Query`] as const] : [];
  }),
);

/** What each function of the client takes, by the operation that it calls. */
const functions = client.split(/(?=^ {4}def )/m).flatMap((text) => {
  const [, type] = /\*\*\w+: Unpack\[(\w+)\]/.exec(text) ?? [];
  if (type === undefined) return [];
  const [, parts] = /_at\(([^)]*)\)/.exec(text) ?? [];
  const path = parts
    ? parts.replaceAll(/(?:, )?(?:"(\w+)"|\w+)/g, (_part, name?: string) => `/${name ?? '{}'}`)
    : /"(\/[\w/]+)"/.exec(text)?.[1];
  const method = /_(post|patch)\(/.exec(text)?.[1] ?? (text.includes('"PUT"') ? 'put' : 'get');
  return [[`${method} ${path}`, type] as const];
});

describe('A function of the Python client', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'kalends-python-types-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  /** @returns the lines in which mypy finds a fault, and its words */
  const check = async (parameters: string[]): Promise<{ lines: number[]; words: string }> => {
    const mypy = findGenerator('mypy') ?? '';
    const flags = ['--no-error-summary', '--cache-dir', join(scratch, 'cache')];
    const env = { PATH: process.env['PATH'], MYPYPATH: join(folder, 'python/src') };
    const run = promisify(execFile)(mypy, [...flags, ...parameters], { cwd: scratch, env });
    const { stdout: words, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
    expect(stderr).toBe('');
    return { words, lines: [...words.matchAll(/^[^:]+:(\d+): error/gm)].map(([, line]) => Number(line)) };
  };

  it('has the types of its operation in the document', () => {
    // `from` is a word of Python: the times of `free_busy` are named parameters.
    expect(new Map(functions)).toEqual(new Map(taken.filter(([, type]) => type !== 'ReadFreeBusyQuery')));
    const untyped = client.match(/^ {4}def [a-z]\w*\([^)]*\*\*\w+: Any/gm);
    expect(untyped).toBeNull();
    expect(functions.filter(([, type]) => !models.includes(`class ${type}(TypedDict)`))).toEqual([]);
  });

  it('takes what the API takes, and nothing else, for a type checker', { timeout: 120_000 }, async ({ skip }) => {
    if (findGenerator('mypy') === null) return skip('mypy is not installed (npm run generators)');
    const program = `
from datetime import datetime
from kalends import Kalends

kalends = Kalends()
kalends.calendars.create(verify=True, platform="google", client_id="a", client_secret="b", refresh_token="c")
kalends.calendars.create(platform="apple", client_id="a", client_secret="b", refresh_token="c")  # wrong
kalends.calendars.list(deduplication_key="user-17", limit=10)
kalends.calendars.list(dedup_key="user-17")  # wrong
kalends.calendars.update("cal_1", metadata={"a": 1})  # wrong
kalends.bots.list(states=["scheduled"], join_at_after=datetime.now(), join_at_before="2099-01-01T00:00:00Z")
kalends.bots.list(states=["asleep"])  # wrong
kalends.bots.create(bot_name="Notes", join_at=datetime.now())
kalends.bots.create(join_at=datetime.now())  # wrong
kalends.free_busy(from_=datetime.now(), to="2099-01-01T00:00:00Z", calendar_ids=["cal_1"])
kalends.free_busy(from_=datetime.now(), calendar_ids=["cal_1"])  # wrong
`;
    writeFileSync(join(scratch, 'calls.py'), program);
    const wrong = program.split('\n').flatMap((line, index) => (line.endsWith('# wrong') ? [index + 1] : []));
    expect(await check(['--strict', 'calls.py'])).toMatchObject({ lines: wrong });
  });

  it('is without faults for a type checker, and so are the programs of its page', { timeout: 120_000 }, async ({
    skip,
  }) => {
    if (findGenerator('mypy') === null) return skip('mypy is not installed (npm run generators)');
    expect(await check(['--strict', join(folder, 'python/src/kalends')])).toMatchObject({ words: '' });
    for (const name of ['events.py', 'note_taker.py']) {
      writeFileSync(join(scratch, name), readDocBlock('use/clients.md', name));
      expect(await check([name])).toMatchObject({ words: '' });
    }
  });
});
