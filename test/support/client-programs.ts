import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { readDocBlock } from './read-doc-block.ts';

const clients = join(import.meta.dirname, '../../clients');

/** The programs of the page about clients, in a folder that has the TypeScript client as it is installed, but for the build. */
export function useClientPrograms(deployment: () => { url: string; apiKey: string }) {
  const running: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'kalends-clients-page-'));
  const client = join(folder, 'node_modules/@kalends/client');
  mkdirSync(client, { recursive: true });
  symlinkSync(join(clients, 'typescript/src'), join(client, 'src'));
  writeFileSync(join(client, 'package.json'), JSON.stringify({ type: 'module', exports: './src/index.ts' }));
  afterAll(() => {
    for (const child of running) child.kill();
    rmSync(folder, { recursive: true });
  });

  /** @returns the folder of the program */
  const write = (name: string): string => {
    writeFileSync(join(folder, name), readDocBlock('use/clients.md', name));
    return folder;
  };

  /** Runs a program. @returns what it has printed so far */
  const start = (command: string, name: string, env: Record<string, string> = {}): (() => string) => {
    const { url: KALENDS_URL, apiKey: KALENDS_API_KEY } = deployment();
    const PYTHONPATH = join(clients, 'python/src');
    const child = spawn(command, [name], {
      cwd: write(name),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...env, KALENDS_URL, KALENDS_API_KEY, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1' },
    });
    running.push(child);
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
    return () => printed;
  };
  return { write, start };
}
