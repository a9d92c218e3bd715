import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findCommand } from '../support/run-generator.ts';

/*
 * Installs the generators of clients, and mypy, which checks the Python client, into this folder, in the versions that
 * package.json, requirements.txt and go/go.mod pin (`npm run generators`). Needs the network. Those of Python are left out
 * where Python is absent, that of Go where Go is; the tests that need them are skipped then.
 */
const folder = import.meta.dirname;

function run(command: string, parameters: string[], at = folder, env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(command, parameters, { cwd: at, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${status}`);
}

run('npm', ['ci', '--ignore-scripts']);
const python = findCommand('python3');
if (python === null) console.log('python3 is not installed: openapi-python-client and mypy are left out');
else {
  run(python, ['-m', 'venv', '.venv']);
  run(join(folder, '.venv/bin/pip'), ['install', '--quiet', '--requirement', 'requirements.txt']);
}
const go = findCommand('go');
if (go === null) console.log('go is not installed: oapi-codegen is left out');
else {
  run(go, ['install', 'tool'], join(folder, 'go'), { GOBIN: join(folder, 'bin') });
  run(go, ['mod', 'download'], join(folder, 'go'));
}
