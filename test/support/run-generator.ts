import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** The file of a command; null when it is not installed. */
export function findCommand(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

const generators = join(import.meta.dirname, '../generators');

/** The file of a generator of clients, as `npm run generators` installs it, or of PATH; null when it is not installed. */
export const findGenerator = (name: string): string | null =>
  ['node_modules/.bin', '.venv/bin', 'bin']
    .map((folder) => join(generators, folder, name))
    .find((file) => existsSync(file)) ?? findCommand(name);

/** Runs a command. @throws with its output when it fails @returns what it wrote to its standard output */
export async function runCommand(
  command: string,
  parameters: string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 100_000_000 };
  try {
    return (await promisify(execFile)(command, parameters, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed: ${stderr}${stdout}`, { cause: error });
  }
}
