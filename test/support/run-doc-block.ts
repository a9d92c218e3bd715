import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readDocBlock } from './read-doc-block.ts';

/**
 * Runs a block of a page in docs/ as a person does who copies it into a shell.
 *
 * @returns the JSON that it prints, null for nothing @throws when it fails, or prints anything else
 */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read bodies as any client does
export async function runDocBlock(page: string, name: string, env: Record<string, string>): Promise<any> {
  const { PATH = '' } = process.env;
  const script = `set -euo pipefail\n${readDocBlock(page, name).replaceAll('curl ', 'curl -sS ')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: { PATH, ...env } });
  return stdout === '' ? null : JSON.parse(stdout);
}
