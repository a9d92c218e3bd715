import { createClock } from '../../shared/platform/clock.ts';
import { CliError } from './cli-error.ts';
import { explainFailure } from './explain-failure.ts';
import { type Environment, openStackTable } from './open-stack-table.ts';
import { type CommandLine, parseCommandLine } from './parse-command-line.ts';
import { usage } from './usage.ts';

/** The result of a run: the text of each output stream, and the exit code. */
export interface CliResult {
  exitCode: 0 | 1 | 2;
  stdout: string;
  stderr: string;
}

/**
 * Runs one command line. Never throws.
 *
 * @param args the arguments after the program's name @param progress called with lines for people meanwhile
 */
export async function runCli(
  args: readonly string[],
  env: Environment,
  progress: (line: string) => void = () => {},
): Promise<CliResult> {
  try {
    const line = parseCommandLine(args);
    if (line === 'help') return { exitCode: 0, stdout: usage, stderr: '' };
    const { json, text } = await runCommand(line, env, progress);
    return { exitCode: 0, stdout: `${line.json ? JSON.stringify(json) : text}\n`, stderr: '' };
  } catch (error) {
    if (!(error instanceof CliError)) return { exitCode: 1, stdout: '', stderr: `kalends: ${explainFailure(error)}\n` };
    const hint = error.exitCode === 2 ? ' (--help shows all commands)' : '';
    return { exitCode: error.exitCode, stdout: '', stderr: `kalends: ${error.message}${hint}\n` };
  }
}

async function runCommand(
  { command, operands, name, stack }: CommandLine,
  env: Environment,
  progress: (line: string) => void,
): Promise<{ json: unknown; text: string }> {
  if ('runByApi' in command) return command.runByApi(env, operands, progress);
  const { table, close } = await openStackTable(env, stack);
  try {
    return await command.run({ table, clock: createClock() }, operands, name);
  } finally {
    close();
  }
}
