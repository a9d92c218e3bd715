import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

/** For a machine that is busy with other things; what is awaited normally takes milliseconds. */
const PATIENCE = { timeout: 60_000 };

const PROGRAM = fileURLToPath(new URL('./run-mini-stack.ts', import.meta.url));

let started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
});

type Run = { child: ChildProcess; stdout: () => string; stderr: () => string; exit: Promise<number | null> };

const run = (environment: Record<string, string> = {}): Run => {
  const child = spawn(process.execPath, [PROGRAM], { env: { ...process.env, PORT: '0', ...environment } });
  started.push(child);
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit, stdout: () => text.stdout, stderr: () => text.stderr };
};

/** Parent of every process, by process id. */
const parents = (): Map<number, number> => {
  const entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    entries.flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' ? [] : [[Number(name), Number(parent)]];
      } catch {
        return [];
      }
    }),
  );
};
const descendants = (pid: number): number[] => {
  const children = [...parents()].filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child)]);
};
const isAlive = (pid: number): boolean => parents().has(pid);

const waitUntilReady = async ({ stdout, stderr, child }: Run): Promise<Record<string, string>> => {
  await expect.poll(() => stdout().includes('\n') || child.exitCode !== null, PATIENCE).toBe(true);
  const [, json] = /^READY (.*)\n$/.exec(stdout()) ?? [];
  if (json === undefined) throw new Error(`not ready: ${stdout()} ${stderr()}`);
  return JSON.parse(json) as Record<string, string>;
};

describe.skipIf(process.platform !== 'linux')('the program', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('leaves no process behind after %s', async (signal) => {
    const running = run();
    const ready = await waitUntilReady(running);
    expect(Object.keys(ready)).toEqual(['url', 'api_key', 'project_id', 'table', 'dynamodb_endpoint', 'sqs_endpoint']);
    expect((await fetch(`${ready['url']}/jobs/x`, { method: 'POST' })).status).toBe(201);
    const engines = descendants(running.child.pid ?? 0);
    // The watchdog and Java below it.
    expect(engines.length).toBeGreaterThanOrEqual(2);
    running.child.kill(signal);
    expect(await running.exit).toBe(signal === 'SIGKILL' ? null : 0);
    await expect.poll(() => engines.filter(isAlive), PATIENCE).toEqual([]);
    expect(running.stderr()).toContain('calendars will be polled');
  });

  it('ends when the shell between npm and itself does', async () => {
    // A second command keeps the shell from becoming the program.
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${PROGRAM}"; :`], {
      env: { ...process.env, PORT: '0', npm_lifecycle_event: 'local' },
    });
    started.push(shell);
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
    await expect.poll(() => output, PATIENCE).toContain('READY');
    const below = descendants(shell.pid ?? 0);
    expect(below.length).toBeGreaterThanOrEqual(3);
    shell.kill('SIGTERM');
    await expect.poll(() => below.filter(isAlive), PATIENCE).toEqual([]);
  });

  it('ends everything and says why when the start fails half-way', async () => {
    const running = run({ MINI_STACK_FAILS: 'yes' });
    const seen = new Set<number>();
    const watch = setInterval(() => descendants(running.child.pid ?? 0).forEach((pid) => seen.add(pid)), 50);
    expect(await running.exit).toBe(1);
    clearInterval(watch);
    expect(running.stderr()).toMatch(/^local mode cannot run Stream: [^\n]*\n$/);
    expect(running.stdout()).toBe('');
    expect(seen.size).toBeGreaterThan(0);
    await expect.poll(() => [...seen].filter(isAlive), PATIENCE).toEqual([]);
  });

  it('ends in order when a signal comes while it still starts', async () => {
    const running = run();
    await expect.poll(() => descendants(running.child.pid ?? 0).length, PATIENCE).toBeGreaterThanOrEqual(2);
    const engines = descendants(running.child.pid ?? 0);
    running.child.kill('SIGTERM');
    expect(await running.exit).toBe(0);
    await expect.poll(() => engines.filter(isAlive), PATIENCE).toEqual([]);
    expect(running.stdout()).toBe('');
  });

  it('says in one line that its port is busy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const running = run({ PORT: String(port) });
    expect(await running.exit).toBe(1);
    server.close();
    expect(running.stderr()).toBe(
      `port ${port} is already in use: end the program that holds it or set PORT to another one\n`,
    );
  });

  it('names the remedy when there is no Java', async () => {
    const running = run({ PATH: dirname(process.execPath) });
    expect(await running.exit).toBe(1);
    expect(running.stderr()).toMatch(/needs Java, and there is none.*Java 17.*docker run.*KALENDS_DYNAMODB_ENDPOINT/);
    expect(running.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('says in one line which setting is wrong', async () => {
    const running = run({ PORT: 'http' });
    expect(await running.exit).toBe(1);
    expect(running.stderr()).toBe('bad settings: PORT must be a port number\n');
  });
});
