import { spawn } from 'node:child_process';
import manifest from '../../package.json' with { type: 'json' };

const checks = Object.entries(manifest.scripts).filter(([name]) => name.startsWith('check:'));

const env = { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };

/** Runs one check, and prints its output in one piece when it fails. @returns whether it passed */
function run([name, command]: [string, string]): Promise<boolean> {
  const started = performance.now();
  const child = spawn(command, { shell: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: string): void => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(`$ ${command}\n${output}`);
      resolve(code === 0);
    });
  });
}

// All at once: none needs another, and no core is idle while the slowest runs.
const passed = await Promise.all(checks.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
