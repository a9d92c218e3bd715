import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../local/demo/main.ts', import.meta.url));
const limitMs = 60_000;

export interface Demo {
  /** In the environment of the demo and of every process it starts. */
  mark: string;
  stdout: () => string;
  stderr: () => string;
  isRunning: () => boolean;
  exited: Promise<number | null>;
  signal: (name: NodeJS.Signals) => void;
  /** Resolves once the demo has printed the text. */
  seen: (text: string) => Promise<void>;
}

/** Starts the demo as `npm start` does, on a free port. */
export function startDemo(env: Record<string, string>): Demo {
  const mark = randomUUID();
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, FORCE_COLOR: undefined, PORT: '0', ...env, KALENDS_TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, isRunning] = ['', '', true];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    mark,
    stdout: () => stdout,
    stderr: () => stderr,
    isRunning: () => isRunning,
    exited: new Promise((resolve) => {
      child.on('close', (code) => {
        isRunning = false;
        resolve(code);
      });
    }),
    signal: (name) => child.kill(name),
    seen: async (text) => {
      for (const deadline = Date.now() + limitMs; !stdout.includes(text); await sleep(50)) {
        if (Date.now() > deadline || !isRunning) throw new Error(`no "${text}" in:\n${stdout}${stderr}`);
      }
    },
  };
}
