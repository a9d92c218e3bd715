import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../infra/cli/run-cli.ts';
import { useStack } from '../support/use-stack.ts';

const stack = useStack();

/** A stand-in for the list of calendars of an Attendee server, two a page. */
const theirs = Array.from({ length: 5 }, (_, index) => ({
  id: `cal_${index}`,
  platform: index === 4 ? 'apple' : 'google',
  client_id: 'client',
  platform_uuid: index === 0 ? 'team@group.calendar.google.com' : null,
  state: 'connected',
  metadata: index === 1 ? { tenant: 'a' } : null,
  deduplication_key: index === 2 ? null : `user-${index}`,
}));
const requests: string[] = [];
const faults: number[] = [];
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://attendee');
  requests.push(request.headers.authorization ?? '');
  const from = Number(searchParams.get('cursor') ?? 0);
  const status = faults.shift() ?? (pathname === '/api/v1/calendars' ? 200 : 404);
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
  const next = from + 2 < theirs.length ? `https://elsewhere.example/api/v1/calendars?cursor=${from + 2}` : null;
  response.end(JSON.stringify({ next, previous: null, results: theirs.slice(from, from + 2) }));
});
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'kalends-import-'));
const credentials = join(folder, 'credentials.jsonl');
const report = join(folder, 'report.jsonl');

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  env = {
    ATTENDEE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ATTENDEE_API_KEY: 'their-key',
    KALENDS_URL: stack.local.url,
    KALENDS_API_KEY: stack.local.apiKey,
    KALENDS_IMPORT_REPORT: report,
  };
});
afterAll(() => server.close());

const write = (...lines: object[]): void =>
  writeFileSync(credentials, lines.map((line) => JSON.stringify(line)).join('\n'));
const app = { client_id: 'client', client_secret: 'secret' };
const token = (calendar: string) => ({ calendar, refresh_token: 'made-up-token' });
const run = (progress: string[] = []) =>
  runCli(['import', 'attendee', credentials, '--json'], env, (line) => progress.push(line));
const calendarsWithKey = async (key: string) =>
  (await stack.call('GET', `/calendars?deduplication_key=${key}`)).body.results as object[];

describe('importing the calendars of an Attendee server', () => {
  it('creates those whose credentials are given, once, and goes on with the others later', async () => {
    write(app, token('user-0'), token('user-1'), token('cal_2'), token('user-4'));
    faults.push(503, 429);
    const progress: string[] = [];
    const first = await run(progress);
    expect({ ...first, stdout: JSON.parse(first.stdout) }).toEqual({
      exitCode: 0,
      stdout: { calendars: 5, imported: 3, no_credentials: 1, refused: 1, report },
      stderr: '',
    });
    expect(progress).toHaveLength(3);
    expect(new Set(requests)).toEqual(new Set(['Token their-key']));
    expect(await calendarsWithKey('user-0')).toMatchObject([{ platform_uuid: 'team@group.calendar.google.com' }]);
    expect(await calendarsWithKey('user-1')).toMatchObject([{ metadata: { tenant: 'a' }, client_id: 'client' }]);
    const lines = readFileSync(report, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual([
      'imported',
      'imported',
      'imported',
      'no_credentials',
      'refused',
    ]);
    expect(lines.join()).not.toContain('made-up-token');

    write(app, token('user-0'), token('user-1'), token('cal_2'), token('user-3'));
    const second = await run();
    expect(JSON.parse(second.stdout)).toEqual({
      calendars: 5,
      imported_before: 3,
      imported: 1,
      no_credentials: 1,
      report,
    });
    expect(await calendarsWithKey('user-3')).toHaveLength(1);

    // The report was lost: keys say what exists, and the calendar without one is a repeated request.
    writeFileSync(report, '{"attendee_id": "cal_0", "half');
    expect(JSON.parse((await run()).stdout)).toMatchObject({ imported: expect.any(Number), no_credentials: 1 });
    const { body } = await stack.call('GET', '/calendars');
    expect(body.results).toHaveLength(4);
  });

  it.each([
    ['a line that is no credential', ['{"client": "x"}'], /line 1 of the credentials/],
    ['a file that is absent', null, /cannot be read/],
  ])('is refused for %s', async (_, lines, reason) => {
    if (lines) writeFileSync(credentials, lines.join('\n'));
    const file = lines ? credentials : join(folder, 'absent.jsonl');
    expect(await runCli(['import', 'attendee', file], env)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(reason),
    });
  });

  it('names what is missing in the environment, and a key that is refused', async () => {
    write(app);
    expect((await runCli(['import', 'attendee', credentials], {})).stderr).toContain('set ATTENDEE_API_KEY');
    faults.push(401);
    expect((await run()).stderr).toContain('refuses its API key');
  });
});
